"""Letting the clocks of a case rest, and starting them again with as much time left as there was."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from community.core.models import Case
from community.core.verbs import Step
from community.timers.calendar import calendar_for
from community.timers.clocks import PAUSE, Clock
from community.timers.limits import Unit
from community.timers.models import Deadline, Pause

if TYPE_CHECKING:
    from community.timers.calendar import WorkingCalendar

PAUSED = "pause"
Rest = tuple[datetime, datetime]


def begins(step: Step) -> bool:
    return step.move.verb == "pause"


def ends(step: Step, moves_clocks: bool) -> bool:
    """Whether this step ends the pause of its case: it was asked to, or it takes the case or its clocks further."""
    if step.matter.paused_at is None or begins(step):
        return False
    return moves_clocks or step.move.verb == "resume" or step.matter.status != step.source


def taken_up(case: Case, clocks: Iterable[Clock], now: datetime) -> list[Deadline]:
    """The rungs that the pause stopped, started again: each is as far away as it was, in its clock's own time."""
    began: Any = case.paused_at
    named = {clock.name: clock for clock in clocks}
    held = Deadline.objects.of(case).filter(stop_reason=PAUSED, stopped_at=began, clock__in=named)
    calendar = calendar_for(case.community_id)
    rows = []
    for row in held:
        unit = named[row.clock].unit(case)
        row.due_at = later(calendar, row.due_at, [(began, now)], unit)
        rows.append(_again(row))
    return rows


def later(calendar: "WorkingCalendar", due: datetime, pauses: Iterable[Rest], unit: Unit) -> datetime:
    """Where a due moment lies after these pauses, in order; a pause that began after it changes nothing."""
    for began, ended in pauses:
        if began <= due:
            due = max(ended, calendar.due(ended, calendar.span(began, due, unit)))
    return due


def rests(matter: Any, start: datetime, now: datetime) -> list[Rest]:
    """When the clocks of a matter rested since ``start``, in order; a pause that still lasts ends now."""
    if not isinstance(matter, Case):
        return []
    rows = Pause.objects.filter(case=matter.pk, began_at__gte=start).order_by("began_at", "pk")
    return [(began, ended or now) for began, ended in rows.values_list("began_at", "ended_at")]


def end(step: Step) -> None:
    """Before the row is written: the case rests no longer. A move that ends the pause on its way says so."""
    case: Any = step.matter
    step.prepared["pause"] = case.paused_at
    case.paused_at = case.paused_until = None
    case.pause_reason = ""
    if step.move.verb != "resume":
        step.data["resumed"] = True


def write(step: Step) -> None:
    """After the row is written: the pause itself, and the clock that will end it."""
    case: Any = step.matter
    if begins(step):
        Deadline.objects.of(case).running().update(stopped_at=step.now, stop_reason=PAUSED)
        Pause.objects.create(
            case_id=case.pk, reason=case.pause_reason, by=step.by, began_at=step.now, until=case.paused_until
        )
        _end_by_itself(case, step.now).save(force_insert=True)
    elif "pause" in step.prepared:
        ended = {"stopped_at": step.now, "stop_reason": step.move.verb}
        Deadline.objects.of(case).running().filter(clock=PAUSE.name).update(**ended)
        Pause.objects.filter(case=case.pk, ended_at=None).update(ended_at=step.now)


def _end_by_itself(case: Case, now: datetime) -> Deadline:
    (rung,) = PAUSE.ladder
    until: Any = case.paused_until
    return Deadline(
        case_id=case.pk, community_id=case.community_id, kind=case.kind, clock=PAUSE.name, rung=rung.name,
        started_at=now, due_at=until, try_at=until,
    )  # fmt: skip


def _again(row: Deadline) -> Deadline:
    """An unsaved copy that runs."""
    names = ("case_id", "occurrence_id", "community_id", "kind", "clock", "rung", "urgent", "is_due", "started_at")
    return Deadline(**{name: getattr(row, name) for name in names}, due_at=row.due_at, try_at=row.due_at)
