"""Promised and done: how each of the five lines stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from community.duties.models import Occurrence
from grids.care.hands import words_of
from grids.care.lines import PATTERNS, Line

if TYPE_CHECKING:
    from grids.care.models import CareLine, CarePlan

DAYS = 90


@dataclass(frozen=True)
class Promise:
    """One line: who does it, when next, when last, and how often it was done and missed in the period."""

    line: "CareLine"
    icon: str
    next: datetime | None
    last: datetime | None
    done: int
    missed: int

    @property
    def who(self) -> str:
        return words_of(self.line.partner_unit, self.line.plan.assignee)


def promises_of(care: "CarePlan", now: datetime | None = None) -> list[Promise]:
    """The five lines; two queries."""
    now = now or timezone.now()
    since = timezone.localdate(now) - timedelta(days=DAYS)
    lines = list(care.lines.select_related("plan__assignee", "partner_unit"))
    rows = (
        Occurrence.objects.filter(plan__in=[line.plan_id for line in lines])
        .order_by()
        .values("plan")
        .annotate(
            next=Min("opens_at", filter=Q(ended_at=None)),
            last=Max("ended_at", filter=Q(status="done")),
            done=Count("pk", filter=Q(status="done", day__gte=since)),
            missed=Count("pk", filter=Q(status="missed", day__gte=since)),
        )
    )
    found: dict[int, dict[str, Any]] = {
        row["plan"]: {name: row[name] for name in ("next", "last", "done", "missed")} for row in rows
    }
    nothing: dict[str, Any] = {"next": None, "last": None, "done": 0, "missed": 0}
    return [Promise(line, PATTERNS[Line(line.line)].icon, **found.get(line.plan_id, nothing)) for line in lines]
