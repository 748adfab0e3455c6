"""责任时长: whose minutes each stretch of an incident's life was, told by its timeline alone.

A dispatch relieves nobody (首接负责), so minutes pass to another only when they sign. They are counted in the time of
the incident's own limit: office hours where that counts working time, every minute elsewhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from community.timers.calendar import calendar_for
from community.timers.limits import Unit
from grids.models.incident_workflow import Level, Status

if TYPE_CHECKING:
    from community.core.models import Entry
    from grids.models import Incident

Minutes = Callable[[datetime], int]


@dataclass(frozen=True)
class Stretch:
    """``who`` answered for it from ``begins`` until ``ends``; ``lasts``: it is theirs still."""

    who: str
    begins: datetime
    ends: datetime
    minutes: int
    lasts: bool = False


def responsibility(incident: "Incident", now: datetime) -> list[Stretch]:
    """Every stretch in which the incident was open, in order; two next to each other in one hand are one."""
    found: list[Stretch] = []
    begin: datetime | None = None
    who = ""
    rows = list(incident.timeline.select_related("actor"))
    minutes = _minutes(incident, rows[0].at) if rows else None
    for row, holder in _holders(incident, rows):
        if minutes is None or (begin is not None and holder == who):
            continue
        if begin is not None:
            found.append(_stretch(who, begin, row.at, minutes))
        begin, who = (row.at, holder) if holder else (None, "")
    if begin is not None and minutes is not None:
        found.append(_stretch(who, begin, max(begin, now), minutes, lasts=True))
    return found


def total(stretches: list[Stretch]) -> int:
    return sum(each.minutes for each in stretches)


def counts_office_hours(incident: "Incident") -> bool:
    return incident.limits.handling.unit in (Unit.WORK_MINUTES, Unit.WORK_DAYS)


def _stretch(who: str, begin: datetime, end: datetime, minutes: Minutes, *, lasts: bool = False) -> Stretch:
    """Minutes are differences of one running total, so that parts always add up to the whole."""
    return Stretch(who, begin, end, minutes(end) - minutes(begin), lasts)


def _minutes(incident: "Incident", start: datetime) -> Minutes:
    """How many minutes have passed since ``start`` in the incident's own time."""
    if counts_office_hours(incident):
        calendar = calendar_for(incident.community_id)
        return lambda at: calendar.worked_minutes(start, at)
    return lambda at: (at - start) // timedelta(minutes=1)


def _holders(incident: "Incident", rows: "list[Entry]") -> "Iterator[tuple[Entry, str]]":
    """After each row: who answers for the incident; "" while it is closed."""
    places = {Level.GRID: incident.grid, Level.COMMUNITY: incident.community}
    accountable = str(places.get(Level(incident.first_level)) or incident.community)
    waiting = {
        Status.DISPUTED: _("社区裁定"),
        Status.RESOLVED: _("核查人员"),
        Status.VERIFIED: _("反映人"),
        Status.FOLLOW_UP: _("回访人员"),
        Status.CLOSED: "",
        Status.VOID: "",
    }
    paused = False
    for row in rows:
        paused = row.verb == "pause" or (paused and row.verb != "resume" and not row.data.get("resumed"))
        if row.verb == "respond":
            accountable = str(row.actor)
        elif row.verb == "fall_to_leader":
            accountable = row.data["to"]
        yield row, _("暂停计时") if paused else str(waiting.get(Status(row.target), accountable))
