"""How promptly departments report in: figures of departments, never of persons, and in no order of merit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, F, Q
from django.utils import timezone

from community.core.phrases import duration
from grids.whistle.models import WhistleCall

DAYS = 90


@dataclass(frozen=True)
class Prompt:
    """One department over the last days; ``in_time`` of ``due`` reported in within the limit."""

    department: int
    name: str
    called: int
    due: int
    in_time: int
    finished: int
    mean: Any

    @property
    def percent(self) -> int | None:
        return round(100 * self.in_time / self.due) if self.due else None


def promptness(communities: Iterable[int], now: datetime | None = None) -> list[Prompt]:
    """In the order of their names; one query."""
    now = now or timezone.now()
    rows = WhistleCall.objects.of_kind().filter(community__in=communities, raised_at__gte=now - timedelta(days=DAYS))
    due = Q(responded_at__isnull=False) | Q(report_due_at__lte=now)
    groups = rows.order_by().values_list("department", "department__name").annotate(
        called=Count("pk"), due=Count("pk", filter=due),
        prompt=Count("pk", filter=Q(responded_at__lte=F("report_due_at"))),
        finished=Count("pk", filter=Q(status="done")), mean=Avg(F("responded_at") - F("raised_at")),
    )  # fmt: skip
    return [
        Prompt(department, name, called, due, in_time, finished, duration(mean.total_seconds() // 60) if mean else "")
        for department, name, called, due, in_time, finished, mean in groups.order_by("department__name")
    ]
