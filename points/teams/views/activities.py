"""What one can go to, announcing something, and the calendar of a team."""

from typing import TYPE_CHECKING, cast
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import needs, signed_in
from community.cases.opening import opened
from community.core import asked
from community.core.paging import newest_first
from community.core.perms import Perm
from points.models import Activity, Correction, SignUp
from points.teams.activity_forms import ActivityFilter, AnnounceForm, led_by
from points.teams.views.teams import find

if TYPE_CHECKING:
    from community.directory.models import User

MOST = 60


@signed_in
@require_safe
def activities(request: HttpRequest) -> HttpResponse:
    """What is coming in one's community, the next first, and which of it one has signed up for."""
    user, now = cast("User", request.user), timezone.now()
    rows = list(
        Activity.objects.filter(community=user.community_id)
        .coming(now)
        .select_related("team__kind", "community")[:MOST]
    )
    own = {row.activity_id: row for row in SignUp.objects.standing().filter(user=user, activity__in=rows)}
    context = {
        "shell": shell_for(user), "rows": [(row, own.get(row.pk)) for row in rows],
        "may_announce": led_by(user).exists(),
    }  # fmt: skip
    return render(request, "points/teams/activities.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def announce(request: HttpRequest) -> HttpResponse:
    """Leaders and the community; the same request sent twice announces once."""
    user = cast("User", request.user)
    if not led_by(user).exists():
        raise PermissionDenied
    initial = {"request_key": uuid4(), "team": asked.number(request.GET.get("team"))}
    form = AnnounceForm(request.POST or None, user=user, initial=initial)
    return opened(request, form, "points/teams/announce.html")


@signed_in
@require_safe
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything a team has done and will do, the latest announced first."""
    user, found = cast("User", request.user), find(request, pk)
    page = newest_first(Activity.objects.visible_to(user).filter(team=found).select_related("team"), request.GET)
    context = {"shell": shell_for(user), "team": found, "page": page}
    return render(request, "points/teams/calendar.html", context)


@needs(Perm.RUN_VOLUNTEERS)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Every activity in one's charge, newest first; above them what waits for a second pair of eyes."""
    user = cast("User", request.user)
    chosen = ActivityFilter(request.GET)
    rows = chosen.narrow(Activity.objects.in_reach_of(user).select_related("team", "community"))
    template = "points/teams/_desk.html" if request.htmx else "points/teams/desk.html"  # type: ignore[attr-defined]
    context = {
        "shell": shell_for(user), "filter": chosen, "page": newest_first(rows, request.GET),
        "corrections": list(Correction.objects.in_reach_of(user).open().order_by("pk")[:20]),
    }  # fmt: skip
    return render(request, template, context)
