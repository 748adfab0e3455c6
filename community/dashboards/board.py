"""One dashboard: what it shows of which communities over which period. A fixed number of queries, over cells alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from community.dashboards.figures import DAILY, Material
from community.dashboards.models import Watermark
from community.dashboards.numbers import by, by_day, spans, visible_cells
from community.dashboards.period import Period
from community.dashboards.tables import Row, Tables, category_rows, community_rows, grid_rows, group_rows
from community.directory.models import Community

STALE_SECONDS = 120


@dataclass(frozen=True)
class Freshness:
    """When the cells were last counted; ``stale`` when that is longer ago than it should be."""

    at: datetime | None
    stale: bool


def freshness(now: datetime) -> Freshness:
    at = Watermark.objects.filter(name=Watermark.CELLS).values_list("refreshed_at", flat=True).first()
    return Freshness(at, at is None or (now - at).total_seconds() > STALE_SECONDS)


def material(user: Any, communities: Iterable[int], period: Period, community: int | None = None) -> Material:
    """What figures, tasks and charts are made of. Two queries."""
    cells = visible_cells(user, communities)
    return Material(*spans(cells, period), by_day(cells, period, DAILY), period, community)


def tables(user: Any, community: Community, period: Period) -> Tables:
    """The tables of one community. Four queries."""
    cells = visible_cells(user, [community.pk])
    by_category = by(cells.by_category(), "category", period)
    return Tables(
        grids=grid_rows(by(cells.by_grid(), "grid", period), community.pk, period),
        categories=category_rows(by_category, community.pk, period),
        groups=group_rows(by_category, community.pk, period),
    )


def side_by_side(user: Any, communities: Sequence[Community], period: Period) -> list[Row]:
    """One row per community. One query."""
    cells = visible_cells(user, [one.pk for one in communities]).totals()
    return community_rows(by(cells, "community", period), communities, period)
