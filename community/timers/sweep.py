"""The sweep: beat only says "now"; what is due stands in the database and fires exactly once.

Rows are taken in small transactions with SKIP LOCKED, each rung runs in a savepoint, and its effects commit together
with ``fired_at``: a killed worker leaves nothing half done. A rung that fails is tried again, later and later, then
left with its error for the operations page."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from community.timers.clocks import Rung, clock_named
from community.timers.models import Deadline

if TYPE_CHECKING:
    from community.core.models import Moving

log = logging.getLogger(__name__)
BATCH = 20
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
    """Fire what is due at ``now``, oldest first, at most ``most`` rungs; safe to run any number of times at once."""
    now, swept = now or timezone.now(), Swept()
    seen: set[int] = set()
    while swept.fired + swept.failed + swept.skipped < most and _batch(now, swept, seen):
        continue
    return swept


def _batch(now: datetime, swept: Swept, seen: set[int]) -> bool:
    """One small transaction; False when nothing is left."""
    with transaction.atomic():
        rows = list(
            Deadline.objects.due(now)
            .exclude(pk__in=seen)
            .order_by("try_at", "pk")
            .select_for_update(of=("self",), skip_locked=True)[:BATCH]
        )
        for row in rows:
            if not _still_running(row):
                continue
            _fire_safely(row, now, swept, seen)
    return bool(rows)


def _still_running(row: Deadline) -> bool:
    """A verb fired earlier in this batch may have stopped the row meanwhile."""
    row.refresh_from_db(fields=["stopped_at"])
    return row.stopped_at is None


def _fire_safely(row: Deadline, now: datetime, swept: Swept, seen: set[int]) -> None:
    matter = _locked_matter(row)
    if matter is None:
        # Somebody is moving it this moment; most likely that stops the clock. The next sweep looks again.
        seen.add(row.pk)
        swept.skipped += 1
        return
    try:
        with transaction.atomic():
            _fire(row, matter, now)
        swept.fired += 1
    except Exception as error:
        log.exception("deadline %s failed", row.pk)
        _leave_behind(row, error, now)
        swept.failed += 1


def _locked_matter(row: Deadline) -> "Moving | None":
    spine = row._meta.get_field("case" if row.case_id else "occurrence").related_model
    locked = spine._base_manager.select_for_update(skip_locked=True).filter(pk=row.case_id or row.occurrence_id).first()
    return locked and locked.concrete


def _fire(row: Deadline, matter: "Moving", now: datetime) -> None:
    rung = clock_named(row.kind, row.clock).rung(row.rung)
    row.fired_at, row.attempts, row.error = now, row.attempts + 1, ""
    row.save(update_fields=["fired_at", "attempts", "error"])
    if rung.verb:
        getattr(matter, rung.verb)(by=None, now=now)
    else:
        matter.climb(rung.name, rung.tier, now, {"clock": row.clock, "due_at": row.due_at.isoformat()})
    for listener in listeners:
        listener(Firing(row, rung, matter, now))


def _leave_behind(row: Deadline, error: Exception, now: datetime) -> None:
    row.fired_at = None
    row.attempts += 1
    row.error = f"{type(error).__name__}: {error}"[:2000]
    row.try_at = now + timedelta(minutes=2**row.attempts)
    if row.attempts >= ATTEMPTS:
        row.failed_at = now
    row.save(update_fields=["attempts", "error", "try_at", "failed_at"])
