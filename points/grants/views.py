"""Pages of grants beside the shared case page: the list, and proposing one."""

from typing import TYPE_CHECKING, cast
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.cases.opening import opened
from community.core.paging import newest_first
from community.core.perms import Perm
from points.grants.forms import ProposeForm
from points.grants.models import Grant
from points.redemption.solvency import solvency_seen_by

if TYPE_CHECKING:
    from community.directory.models import User

managing = needs(Perm.MANAGE_POINTS)


@managing
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, and what was given."""
    user = cast("User", request.user)
    rows = Grant.objects.in_reach_of(user).select_related("community")
    context = {"shell": shell_for(user), "page": newest_first(rows, request.GET)}
    return render(request, "points/grants/list.html", context)


@managing
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """The first of two people; the same request sent twice proposes once."""
    user = cast("User", request.user)
    form = ProposeForm(request.POST or None, user=user, initial={"request_key": uuid4()})
    return opened(request, form, "points/grants/propose.html", solvency=solvency_seen_by(user))
