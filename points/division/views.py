"""Pages of divisions beside the shared case page: the list, proposing one, and everybody whom one concerns."""

from typing import TYPE_CHECKING, cast
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.cases.opening import opened
from community.core.paging import newest_first
from community.core.perms import Perm
from points.division.forms import ProposeForm
from points.division.models import Division
from points.division.moving import rows_of
from points.division.workflow import Status

if TYPE_CHECKING:
    from community.directory.models import User

managing = needs(Perm.MANAGE_POINTS)
ROWS = 50


@managing
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, and what was moved."""
    user = cast("User", request.user)
    rows = Division.objects.in_reach_of(user).select_related("target", "community")
    context = {"shell": shell_for(user), "page": newest_first(rows, request.GET)}
    return render(request, "points/division/list.html", context)


@managing
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """The first of two people; the same request sent twice proposes once."""
    user = cast("User", request.user)
    form = ProposeForm(request.POST or None, user=user, initial={"request_key": uuid4()})
    return opened(request, form, "points/division/propose.html")


@managing
@require_safe
def people(request: HttpRequest, number: str) -> HttpResponse:
    """Everybody with what would move, or with what was moved; names are masked."""
    user = cast("User", request.user)
    found = get_object_or_404(Division.objects.visible_to(user).select_related("target", "community"), number=number)
    waiting = found.status == Status.WAITING
    rows = found.standing().select_related("owner") if waiting else found.moved().select_related("account__owner")
    page = newest_first(rows, request.GET, ROWS)
    context = {"shell": shell_for(user), "division": found, "page": page, "rows": rows_of(page.rows)}
    return render(request, "points/division/people.html", context)
