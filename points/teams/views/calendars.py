"""Activities to take into one's own calendar (RFC 5545): those one goes to, or those of a team."""

from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import STATUS, Calendar, Event

from community.access.views import signed_in
from points.models import Activity, SignUp
from points.teams.views.teams import find
from points.teams.workflow import Status

if TYPE_CHECKING:
    from community.directory.models import User

BACK = timedelta(days=31)
MOST = 300


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I have signed up for, from a month ago on; where I wait for a place it stands there as not certain."""
    user = cast("User", request.user)
    own = SignUp.objects.standing().filter(user=user, activity__ends_at__gt=timezone.now() - BACK)
    rows = own.select_related("activity__team").order_by("activity__starts_at")[:MOST]
    return _file(_("我的志愿活动"), (_event(request, row.activity, waiting=row.waiting) for row in rows))


@signed_in
@require_safe
def of_team(request: HttpRequest, pk: int) -> HttpResponse:
    """What the team does, from a month ago on; what was called off says so."""
    user, found = cast("User", request.user), find(request, pk)
    rows = Activity.objects.visible_to(user).filter(team=found, ends_at__gt=timezone.now() - BACK)
    rows = rows.select_related("team").order_by("starts_at", "pk")[:MOST]
    return _file(found.name, (_event(request, row) for row in rows))


def _event(request: HttpRequest, activity: Activity, *, waiting: bool = False) -> Event:
    """By its number, so that a calendar which took it in before changes it."""
    called_off = activity.status == Status.CANCELLED
    return Event.new(
        uid=f"{activity.number}@{request.get_host()}",
        start=activity.starts_at.astimezone(UTC),
        end=activity.ends_at.astimezone(UTC),
        stamp=activity.changed_at,
        last_modified=activity.changed_at,
        summary=_("候补：%(title)s") % {"title": activity.title} if waiting else activity.title,
        location=activity.place,
        description="\n".join(filter(None, (activity.team.name, activity.words))),
        url=request.build_absolute_uri(activity.get_absolute_url()),
        status=STATUS.CANCELLED if called_off else STATUS.TENTATIVE if waiting else STATUS.CONFIRMED,
    )


def _file(name: str, events: Iterable[Event]) -> HttpResponse:
    calendar = Calendar.new(name=name, prodid="-//Mulin//Volunteering//ZH", subcomponents=events)
    headers = {"Content-Disposition": 'attachment; filename="activities.ics"', "Cache-Control": "no-store"}
    return HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8", headers=headers)
