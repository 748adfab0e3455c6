"""What lies in the grids on a given day: buildings, households, who works there. History keeps its grid."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Sum

from community.access.models import Post
from community.core.models import Case
from community.directory.models import Building, Grid, Placement

WORKER, LEADER = "grid_worker", "grid_leader"
NAMED = 4


@dataclass
class GridRow:
    """One grid as it was, is or will be on the day."""

    grid: Grid
    buildings: list[Building] = field(default_factory=list)
    households: int = 0
    residents: int = 0
    workers: list[Post] = field(default_factory=list)
    leaders: list[Post] = field(default_factory=list)
    open_matters: int = 0

    @property
    def range_named(self) -> list[Building]:
        return self.buildings[:NAMED]


def rows_on(day: date, grids: Iterable[Grid]) -> list[GridRow]:
    """Four queries, whatever the number of grids."""
    rows = {grid.pk: GridRow(grid) for grid in grids}
    for lying in _lying(day, rows):
        row = rows[lying.grid_id]
        row.buildings.append(lying.building)
        row.households += lying.households
        row.residents += lying.residents or 0
    posts = Post.objects.filter(grid__in=rows, role__code__in=[WORKER, LEADER]).on(day)
    for post in posts.select_related("user", "role"):
        row = rows[post.grid_id or 0]
        (row.workers if post.role.code == WORKER else row.leaders).append(post)
    matters = Case.objects.open().filter(grid__in=rows).order_by().values_list("grid")
    for grid_id, number in matters.annotate(number=Count("pk")):
        rows[grid_id].open_matters = number
    return list(rows.values())


def _lying(day: date, grids: Iterable[int]) -> Any:
    rows = Placement.objects.on(day).filter(grid__in=list(grids)).select_related("building__estate")
    counted = rows.annotate(households=Count("building__dwellings"), residents=Sum("building__dwellings__residents"))
    return counted.order_by("building__estate", "building")


def households_on(day: date, grid: Grid) -> int:
    """How many households the grid had, has or will have on the day."""
    return rows_on(day, [grid])[0].households
