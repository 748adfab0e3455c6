"""Reading cells: sums, shares and averages by kind and measure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Min, Q, Sum

from community.dashboards.models import Cell
from community.dashboards.models.cell import CellQuerySet
from community.dashboards.period import Period


@dataclass
class Numbers:
    """Values by (kind, measure); what was never counted is 0."""

    values: dict[tuple[str, str], int] = field(default_factory=dict)

    def of(self, kind: str, measure: str) -> int:
        return self.values.get((kind, measure), 0)

    def all(self, measure: str) -> int:
        """Over every kind of case."""
        return sum(value for (_kind, name), value in self.values.items() if name == measure)

    def share(self, kind: str, part: str, whole: str) -> int | None:
        """``part`` of ``whole`` in per cent; None where there is no whole."""
        total = self.of(kind, whole)
        return round(100 * self.of(kind, part) / total) if total else None

    def mean(self, kind: str, total: str, count: str) -> float | None:
        """None where nothing was counted."""
        number = self.of(kind, count)
        return self.of(kind, total) / number if number else None


def visible_cells(user: Any, communities: Iterable[int]) -> CellQuerySet:
    return Cell.objects.visible_to(user).of(communities)


def spans(cells: CellQuerySet, period: Period) -> tuple[Numbers, Numbers | None, Numbers]:
    """Totals of the period, of the one before it, and the present. One query.

    The one before is None where the hub was not yet at work for most of it: nothing to compare with.
    """
    now, before, present = Numbers(), Numbers(), Numbers()
    earliest = period.last
    rows = (
        cells.totals()
        .filter(Q(day=None) | Q(day__range=(period.before.first, period.last)))
        .values_list("kind", "measure")
        .annotate(
            now=Sum("value", filter=Q(day__gte=period.first)),
            before=Sum("value", filter=Q(day__lt=period.first)),
            present=Sum("value", filter=Q(day=None)),
            earliest=Min("day"),
        )
    )
    for kind, measure, *sums, first in rows:
        earliest = min(earliest, first or earliest)
        for numbers, value in zip((now, before, present), sums, strict=True):
            if value is not None:
                numbers.values[kind, measure] = value
    return now, before if (earliest - period.before.first).days < period.days / 4 else None, present


def by_day(cells: CellQuerySet, period: Period, wanted: Iterable[tuple[str, str]]) -> dict[date, Numbers]:
    """Totals of the wanted (kind, measure) pairs day by day. One query."""
    pairs = Q(pk__in=())
    for kind, measure in wanted:
        pairs |= Q(kind=kind, measure=measure)
    found: dict[date, Numbers] = defaultdict(Numbers)
    rows = cells.totals().between(period.first, period.last).filter(pairs)
    for day, kind, measure, value in rows.values_list("day", "kind", "measure").annotate(sum=Sum("value")):
        found[day].values[kind, measure] = value
    return found


def by(cells: CellQuerySet, column: str, period: Period) -> dict[Any, Numbers]:
    """Sums of the period, with the present under the same names, for each value of ``column``. One query."""
    found: dict[Any, Numbers] = defaultdict(Numbers)
    rows = cells.filter(Q(day=None) | Q(day__range=(period.first, period.last)))
    for place, kind, measure, value in rows.values_list(column, "kind", "measure").annotate(sum=Sum("value")):
        found[place].values[kind, measure] = value
    return found
