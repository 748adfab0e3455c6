"""The drawing board: every grid as a column of buildings, as they will lie on the day with the draft applied."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from community.directory.models import Building, Grid, Placement
from grids.drawing.models import NewGrid, Redraw


@dataclass(frozen=True)
class Chip:
    """One building on the board; ``came_from`` names its grid before, if it is moved."""

    building: Building
    households: int
    came_from: str = ""


@dataclass
class Column:
    """One grid with what lies in it; ``key`` names it in forms."""

    key: str
    grid: Grid | NewGrid
    chips: list[Chip] = field(default_factory=list)
    before: int = 0

    @property
    def is_new(self) -> bool:
        return isinstance(self.grid, NewGrid)

    @property
    def households(self) -> int:
        return sum(chip.households for chip in self.chips)

    @property
    def gain(self) -> int:
        return self.households - self.before

    @property
    def will_end(self) -> bool:
        return not self.is_new and not self.chips and self.before > 0


def key_of(grid: "Grid | NewGrid") -> str:
    return f"{'n' if isinstance(grid, NewGrid) else 'g'}:{grid.pk}"


def targets_of(redraw: Redraw) -> "Iterator[Grid | NewGrid]":
    """Every grid into which buildings may be drawn."""
    yield from Grid.objects.filter(community=redraw.community_id).standing(redraw.effective_on)
    yield from redraw.new_grids.select_related("redraw")


def columns_of(redraw: Redraw) -> list[Column]:
    """Four queries, whatever the number of grids and buildings."""
    columns = {key_of(grid): Column(key_of(grid), grid) for grid in targets_of(redraw)}
    shifts: dict[int, Any] = {row.building_id: row for row in redraw.shifts.select_related("source")}
    for row in _lying(redraw):
        shift, home = shifts.get(row.building_id), f"g:{row.grid_id}"
        if home in columns:
            columns[home].before += row.households
        goes = home if shift is None else f"n:{shift.new_grid_id}" if shift.new_grid_id else f"g:{shift.target_id}"
        if goes in columns:
            came = str(shift.source) if shift else ""
            columns[goes].chips.append(Chip(row.building, row.households, came))
    return list(columns.values())


def _lying(redraw: Redraw) -> Any:
    rows = Placement.objects.of_community(redraw.community_id).on(redraw.effective_on)
    rows = rows.annotate(households=Count("building__dwellings")).select_related("building__estate")
    return rows.order_by("building__estate", "building")


def next_code(redraw: Redraw) -> str:
    """The community's first free number, or "" when all 999 are taken."""
    prefix = redraw.community.code
    used = set(Grid.objects.filter(code__startswith=prefix).values_list("code", flat=True))
    used |= set(redraw.new_grids.values_list("code", flat=True))
    return next((code for n in range(1, 1000) if (code := f"{prefix}{n:03d}") not in used), "")
