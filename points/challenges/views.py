"""The board of challenges, and putting one up."""

from typing import TYPE_CHECKING, cast
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import needs, signed_in
from community.cases.opening import opened
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.reach import reach
from points.challenges.forms import PutUpForm
from points.challenges.models import Challenge

if TYPE_CHECKING:
    from community.directory.models import User


@signed_in
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """What is asked and how it stands, newest first; who took it only where they agreed."""
    user = cast("User", request.user)
    page = newest_first(Challenge.objects.board_of(user), request.GET)
    seen = set(
        Challenge.objects.visible_to(user).filter(pk__in=[row.pk for row in page.rows]).values_list("pk", flat=True)
    )
    context = {"shell": shell_for(user), "page": page, "seen": seen, "manages": bool(reach(user, Perm.MANAGE_POINTS))}
    return render(request, "points/challenges/board.html", context)


@needs(Perm.MANAGE_POINTS)
@require_http_methods(["GET", "POST"])
def put_up(request: HttpRequest) -> HttpResponse:
    """Put one up; the same request sent twice puts up one."""
    user = cast("User", request.user)
    form = PutUpForm(request.POST or None, user=user, initial={"request_key": uuid4()})
    return opened(request, form, "points/challenges/put_up.html")
