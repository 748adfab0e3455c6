"""Appointments as a file that calendars read (RFC 5545, RFC 7986)."""

from collections.abc import Iterable
from datetime import UTC, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from icalendar import STATUS, TRANSP, Calendar, Event

from community.calendars.sources import Appointment, Standing

TYPE = "text/calendar; charset=utf-8"
EVERY = timedelta(hours=1)  # how often a calendar that subscribed is asked to look again
STATUSES = {Standing.WAITING: STATUS.TENTATIVE, Standing.CALLED_OFF: STATUS.CANCELLED}


def written(request: HttpRequest, name: str, appointments: Iterable[Appointment]) -> bytes:
    """The same appointments make the same bytes, whenever they are asked for."""
    events = [_event(request, one) for one in appointments]
    calendar = Calendar.new(
        name=name, prodid="-//Mulin//Calendar//ZH", uid=f"calendar@{request.get_host()}", refresh_interval=EVERY,
        method="PUBLISH", subcomponents=events,
    )  # fmt: skip
    calendar.add("X-PUBLISHED-TTL", "PT1H")
    return bytes(calendar.to_ical())


def as_file(request: HttpRequest, name: str, appointments: Iterable[Appointment]) -> HttpResponse:
    """To take in once; nothing changes in it later."""
    headers = {"Content-Disposition": 'attachment; filename="calendar.ics"', "Cache-Control": "no-store"}
    return HttpResponse(written(request, name, appointments), content_type=TYPE, headers=headers)


def _event(request: HttpRequest, one: Appointment) -> Event:
    """Its title says what many calendars do not show: that it was called off, or that one only waits for a place."""
    return Event.new(
        uid=f"{one.key}@{request.get_host()}",
        start=one.starts_at.astimezone(UTC),
        end=one.ends_at.astimezone(UTC),
        stamp=one.changed_at.astimezone(UTC),
        last_modified=one.changed_at.astimezone(UTC),
        summary=_title(one),
        location=one.place or None,
        description=one.words or None,
        url=request.build_absolute_uri(one.address),
        status=STATUSES.get(one.standing, STATUS.CONFIRMED),
        transparency=TRANSP.OPAQUE if one.standing is Standing.CERTAIN else TRANSP.TRANSPARENT,
    )


def _title(one: Appointment) -> str:
    if one.standing is Standing.WAITING:
        return _("候补：%(title)s") % {"title": one.title}
    return _("已取消：%(title)s") % {"title": one.title} if one.standing is Standing.CALLED_OFF else one.title
