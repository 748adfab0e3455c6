"""The sweep: beat only says "now"; what is due stands in the database and fires exactly once.

A worker takes one matter with something due (SKIP LOCKED) and fires its due rungs in order, each in a savepoint; their
effects commit together with ``fired_at``, so a killed worker leaves nothing half done. One matter a transaction, because
workers that hold several could wait for each other. A rung that fails is tried again, later and later, then left with
its error for the operations page."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from community.timers.clocks import Rung, clock_named
from community.timers.models import Deadline
from community.timers.models.deadline import OWNERS

if TYPE_CHECKING:
    from community.core.models import Moving

log = logging.getLogger(__name__)
ATTEMPTS = 5


@dataclass(frozen=True)
class Firing:
    """A rung that has just fired, as listeners (notices) hear of it, inside the transaction."""

    deadline: Deadline
    rung: Rung
    matter: "Moving"
    now: datetime


Listener = Callable[[Firing], None]
listeners: list[Listener] = []


@dataclass
class Swept:
    """What one sweep did."""

    fired: int = 0
    failed: int = 0
    skipped: int = 0


def sweep(now: datetime | None = None, *, most: int = 1000) -> Swept:
    """Fire what is due at ``now``, oldest first, about ``most`` rungs; safe to run any number of times at once."""
    now, swept = now or timezone.now(), Swept()
    last: Deadline | None = None
    while swept.fired + swept.failed + swept.skipped < most:
        last = _next(now, last, swept)
        if last is None:
            break
    return swept


def _next(now: datetime, last: Deadline | None, swept: Swept) -> Deadline | None:
    """The matter of the first due rung after ``last``, in a transaction of its own; None when nothing is left."""
    with transaction.atomic():
        row = (
            Deadline.objects.due(now)
            .after(last)
            .order_by("try_at", "pk")
            .select_for_update(of=("self",), skip_locked=True)
            .first()
        )
        if row is not None and _hold(row):
            for due in _due_with(row, now):
                _fire_safely(due, now, swept)
        elif row is not None:
            # Somebody is moving it this moment; most likely that stops the clock. The next sweep looks again.
            swept.skipped += 1
    return row


def _hold(row: Deadline) -> bool:
    """Lock the matter's spine without waiting; every verb takes the same lock, so nothing stops its clocks now."""
    spine: Any = row._meta.get_field(row.owner).related_model
    held = spine._base_manager.select_for_update(skip_locked=True).filter(pk=getattr(row, f"{row.owner}_id"))
    return bool(held.values_list("pk", flat=True))


def _due_with(row: Deadline, now: datetime) -> list[Deadline]:
    """Every due rung of the row's matter, in the order of the ladder."""
    matter: dict[str, Any] = {f"{name}_id": getattr(row, f"{name}_id") for name in OWNERS}
    return list(Deadline.objects.due(now).filter(**matter).order_by("try_at", "pk"))


def _fire_safely(row: Deadline, now: datetime, swept: Swept) -> None:
    tries = row.attempts + 1
    try:
        with transaction.atomic():
            swept.fired += _fire(row, now, tries)
    except Exception as error:
        log.exception("deadline %s failed", row.pk)
        _leave_behind(row, error, now, tries)
        swept.failed += 1


def _fire(row: Deadline, now: datetime, tries: int) -> bool:
    """False when a verb fired just before has stopped the row."""
    row.refresh_from_db(fields=["stopped_at"])
    if row.stopped_at is not None:
        return False
    matter = getattr(row, row.owner).concrete
    rung = clock_named(row.kind, row.clock).rung(row.rung)
    row.fired_at, row.attempts, row.error = now, tries, ""
    row.save(update_fields=["fired_at", "attempts", "error"])
    if not rung.when(matter):
        return True
    if rung.verb:
        getattr(matter, rung.verb)(by=None, now=now)
    else:
        matter.climb(rung.name, rung.tier, now, {"clock": row.clock, "due_at": row.due_at.isoformat()})
    for listener in listeners:
        listener(Firing(row, rung, matter, now))
    return True


def _leave_behind(row: Deadline, error: Exception, now: datetime, tries: int) -> None:
    row.fired_at, row.attempts = None, tries
    row.error = f"{type(error).__name__}: {error}"[:2000]
    row.try_at = now + timedelta(minutes=2**tries)
    if tries >= ATTEMPTS:
        row.failed_at = now
    row.save(update_fields=["attempts", "error", "try_at", "failed_at"])
