"""Starting and stopping clocks as matters move: a follower of every step."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from django.db.models import Max

from community.core.verbs import Step
from community.timers import pausing
from community.timers.calendar import calendar_for
from community.timers.clocks import Clock, clock_named, clocks_of
from community.timers.models import Deadline
from community.timers.models.deadline import owner_field
from community.timers.pausing import Rest

if TYPE_CHECKING:
    from community.core.models import Moving


@dataclass(frozen=True)
class Change:
    """What a step does to the clocks of its matter."""

    stops: list[Clock]
    starts: list[Clock]
    keeps: list[Clock]

    def __bool__(self) -> bool:
        return bool(self.stops or self.starts)


def change(step: Step) -> Change:
    stops, starts, keeps = [], [], []
    for clock in clocks_of(step.matter.matter_kind):
        ran, runs = step.source in clock.runs_in, step.matter.status in clock.runs_in
        again = ran and runs and step.move.verb in clock.restarts | clock.recounts
        if ran and (not runs or again):
            stops.append(clock)
        if runs and (not ran or again):
            starts.append(clock)
        elif ran and runs:
            keeps.append(clock)
    return Change(stops, starts, keeps)


def prepare(step: Step) -> None:
    """Before the row is written: work out the new rungs and the matter's soonest due moment."""
    matter, what = step.matter, change(step)
    rows = [row for clock in what.starts for row in _started(step, clock)]
    if goes_on := pausing.ends(step, bool(what)):
        rows += pausing.taken_up(matter, what.keeps, step.now)  # type: ignore[arg-type]
        pausing.end(step)
    step.prepared["clocks"] = (what, rows)
    if pausing.begins(step):
        matter.due_at = None  # type: ignore[attr-defined]
    if not (what or goes_on):
        return
    kept = _current(matter, what.keeps) if what.keeps else []
    matter.due_at = min((row.due_at for row in [*rows, *kept] if row.is_due), default=None)  # type: ignore[attr-defined]
    if what.stops:
        matter.tier = max((_tier(row) for row in kept if row.fired_at), default=0)  # type: ignore[attr-defined]


def _started(step: Step, clock: Clock) -> list[Deadline]:
    """The rungs of a clock that this step starts: from now, or reckoned again from where it began."""
    if step.move.verb not in clock.recounts or step.source not in clock.runs_in:
        return _rungs(step.matter, clock, step.now)
    began = Deadline.objects.of(step.matter).filter(clock=clock.name).aggregate(at=Max("started_at"))["at"]
    return _rungs(step.matter, clock, step.now, began)


def _current(matter: "Moving", clocks: list[Clock]) -> list[Deadline]:
    """The rungs of the present run of these clocks, fired ones too: what is overdue stays overdue."""
    names = [clock.name for clock in clocks]
    rows = list(Deadline.objects.of(matter).filter(clock__in=names, stopped_at=None).order_by("started_at"))
    began = {row.clock: row.started_at for row in rows}
    return [row for row in rows if row.started_at == began[row.clock]]


def _tier(row: Deadline) -> int:
    return clock_named(row.kind, row.clock).rung(row.rung).tier


def rungs_of_new(matter: "Moving", now: datetime) -> list[Deadline]:
    """The rungs with which a matter begins, for those inserted many at once; sets its soonest due moment."""
    running = [clock for clock in clocks_of(matter.matter_kind) if matter.status in clock.runs_in]
    rows = [row for clock in running for row in _rungs(matter, clock, now)]
    matter.due_at = min((row.due_at for row in rows if row.is_due), default=None)  # type: ignore[attr-defined]
    return rows


def begin(matter: "Moving", now: datetime) -> None:
    """Start the clocks of a matter that is no subject of verbs (a hold of the ledger)."""
    _keep(matter, rungs_of_new(matter, now))


def end(matter: "Moving", now: datetime, reason: str) -> None:
    """Stop them. Waits while the sweep is just firing one."""
    Deadline.objects.of(matter).running().update(stopped_at=now, stop_reason=reason)


def _keep(matter: "Moving", rows: list[Deadline]) -> None:
    for row in rows:
        setattr(row, owner_field(matter), matter.pk)
    Deadline.objects.bulk_create(rows)


def follow(step: Step) -> None:
    """After the row is written: stop and start the rungs."""
    what, rows = step.prepared.pop("clocks")
    matter = step.matter
    if what.stops:
        Deadline.objects.of(matter).running().filter(clock__in=[clock.name for clock in what.stops]).update(
            stopped_at=step.now, stop_reason=step.move.verb
        )
    pausing.write(step)
    if rows:
        _keep(matter, rows)


def _rungs(matter: "Moving", clock: Clock, now: datetime, began: datetime | None = None) -> list[Deadline]:
    pauses = pausing.rests(matter, began, now) if began else []
    due_of = _due_moments(matter, clock, began or now, pauses)
    if due_of is None:
        return []
    urgent = clock.urgent(matter)
    return [
        Deadline(
            community_id=matter.community_id,  # type: ignore[attr-defined]
            kind=matter.matter_kind,
            clock=clock.name,
            rung=rung.name,
            urgent=urgent,
            is_due=rung.at == 1,
            started_at=began or now,
            due_at=due,
            try_at=due,
        )
        for rung in clock.ladder
        if not clock.leaves_out(matter, rung)
        for due in [max(now, due_of(rung.at))]
    ]


def _due_moments(
    matter: "Moving", clock: Clock, start: datetime, pauses: list[Rest]
) -> Callable[[Fraction], datetime] | None:
    """How this clock turns a rung's share of the limit into a moment; None where the matter has no limit."""
    if clock.until is not None:
        opens: datetime = matter.opens_at  # type: ignore[attr-defined]
        closes = clock.until(matter)
        if closes is None:
            return None
        window = closes - opens
        return lambda share: opens + window * float(share)
    if promised := clock.promised(matter):
        return lambda share: start + (promised - start) * float(share)
    limit = clock.limit(matter)
    if limit is None:
        return None
    calendar = calendar_for(matter.community_id)  # type: ignore[attr-defined]
    return lambda share: pausing.later(calendar, calendar.due(start, limit * share), pauses, limit.unit)
