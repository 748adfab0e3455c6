"""Half a million open duties by COPY, few of them due, and what one sweep among them costs."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection

from community.duties.models import Occurrence, Plan
from community.timers.models import Deadline
from community.timers.sweep import Swept, sweep
from tests.load.copying import Tables, without_triggers

PER_PLAN = 100  # open duties of one plan, a day each
ENDED = 5  # for so many open ones, one has ended and kept its clocks
DAY, WINDOW = timedelta(days=1), timedelta(hours=10)


@dataclass(frozen=True)
class Cost:
    """What one sweep did and took."""

    swept: Swept
    seconds: float
    statements: int

    def __str__(self) -> str:
        each = self.statements / max(self.swept.fired, 1)
        return (
            f"{self.swept.fired} fired, {self.swept.failed} failed in {self.seconds:.2f} s"
            f" ({self.swept.fired / self.seconds:.0f}/s), {each:.2f} statements each"
        )


def measured(now: datetime, *, most: int = 100_000) -> Cost:
    asked = 0

    def counted(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(*args)

    with connection.execute_wrapper(counted):
        start = time.perf_counter()
        swept = sweep(now, most=most)
    return Cost(swept, time.perf_counter() - start, asked)


def fill(plans: list[Plan], standing: int, due: int, now: datetime) -> None:
    """``standing`` duties open, ``due`` of them with a rung due now (a reminder or a miss by turns), others ended."""
    without_triggers()
    tables, keys, every = Tables(duty=Occurrence, clock=Deadline), count(_highest() + 1), max(standing // due, 1)
    for n in range(standing + standing // ENDED):
        is_due = n < standing and n % every == 0 and n // every < due
        fires = ("remind", "due")[n // every % 2] if is_due else ""
        day = now.date() + DAY * (n % PER_PLAN + 1 if n < standing else -1 - n % PER_PLAN)
        row = _Row(plans[n // PER_PLAN % len(plans)], day, now, fires, ended=n >= standing)
        row.write(tables, keys)
    tables.flush()
    tables.set_sequences()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE duties_plan, duties_occurrence, timers_deadline")


def plans_for(standing: int) -> int:
    return -(-standing // PER_PLAN)


def _highest() -> int:
    last = [
        model._base_manager.order_by("-pk").values_list("pk", flat=True).first() for model in (Occurrence, Deadline)
    ]
    return max(pk or 0 for pk in last)


@dataclass(frozen=True)
class _Row:
    """One duty and its two clocks: the reminder and the last moment."""

    plan: Plan
    day: date
    now: datetime
    fires: str  # the rung that is due now, if any
    ended: bool

    def write(self, tables: Tables, keys: Any) -> None:
        opens = self.now + (self.day - self.now.date()) * (not self.fires)
        closes, key = opens + WINDOW, next(keys)
        tables.duty(
            id=key, plan_id=self.plan.pk, community_id=self.plan.community_id, grid_id=self.plan.grid_id, kind="duty",
            assignee_id=self.plan.assignee_id, turn_of_id=self.plan.assignee_id, day=self.day, opens_at=opens,
            closes_at=closes, lapses_at=closes, status="done" if self.ended else "planned",
            due_at=None if self.ended else closes, ended_at=closes if self.ended else None,
        )  # fmt: skip
        for clock, rung in (("finish", "remind"), ("lapse", "due")):
            at = self.now if self.fires == rung else closes
            tables.clock(
                id=next(keys), occurrence_id=key, community_id=self.plan.community_id, kind="duty", clock=clock,
                rung=rung, is_due=rung == "due", started_at=min(self.now, at), due_at=at, try_at=at,
                stopped_at=closes if self.ended else None, stop_reason="finish" if self.ended else "",
            )  # fmt: skip
