"""Who moves: what a redraw means for households, open matters, posts and patrols, before anybody confirms it."""

from dataclasses import dataclass, field
from typing import Any, cast

from django.db.models import Count

from community.access.models import Post
from community.core.models import Case
from community.directory.models import Building, Dwelling, Grid
from community.duties.models import Occurrence
from grids.drawing.board import columns_of
from grids.drawing.models import NewGrid, Redraw


@dataclass
class Movement:
    """Buildings that go together from one grid to another, with whom and what they take along or leave behind."""

    source: Grid
    target: Grid | NewGrid
    buildings: list[Building] = field(default_factory=list)
    households: int = 0
    matters: int = 0


@dataclass(frozen=True)
class Preview:
    """``posts`` are those of the grids that end; ``patrols`` are under way this moment and keep their grid."""

    movements: list[Movement]
    ending: list[Grid]
    new: list[NewGrid]
    posts: list[Post]
    patrols: int

    @property
    def buildings(self) -> int:
        return sum(len(each.buildings) for each in self.movements)

    @property
    def households(self) -> int:
        return sum(each.households for each in self.movements)

    @property
    def matters(self) -> int:
        return sum(each.matters for each in self.movements)


def preview_of(redraw: Redraw) -> Preview:
    """A fixed number of queries."""
    movements = _movements(redraw)
    sources = {each.source.pk for each in movements}
    ending = _ending(redraw)
    posts = Post.objects.filter(grid__in=ending).standing(redraw.effective_on).select_related("user", "role", "grid")
    running = Occurrence.objects.filter(grid__in=sources, status=Occurrence.Status.STARTED, ended_at=None)
    return Preview(movements, ending, list(redraw.new_grids.all()), list(posts), running.count())


def _movements(redraw: Redraw) -> list[Movement]:
    shifts = list(redraw.shifts.select_related("building__estate", "source", "target", "new_grid").order_by("building"))
    buildings = [row.building_id for row in shifts]
    households = _counts(Dwelling.objects.filter(building__in=buildings))
    matters = _counts(Case.objects.open().filter(building__in=buildings).exclude(kind=Redraw.matter_kind))
    found: dict[tuple[Any, ...], Movement] = {}
    for row in shifts:
        target = cast("Grid | NewGrid", row.target or row.new_grid)
        movement = found.setdefault((row.source_id, row.target_id, row.new_grid_id), Movement(row.source, target))
        movement.buildings.append(row.building)
        movement.households += households.get(row.building_id, 0)
        movement.matters += matters.get(row.building_id, 0)
    return list(found.values())


def _counts(rows: Any) -> dict[int, int]:
    return dict(rows.order_by().values_list("building").annotate(number=Count("pk")))


def _ending(redraw: Redraw) -> list[Grid]:
    """Grids that lose their last building: planned ones say so themselves, drafts are worked out."""
    if redraw.status in (Redraw.Status.PLANNED, Redraw.Status.EFFECTIVE):
        return list(redraw.ended_grids())
    return [column.grid for column in columns_of(redraw) if column.will_end and isinstance(column.grid, Grid)]
