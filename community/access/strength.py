"""How many hold a post and how many ought to: the numbers behind vacancies and coverage."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from community.access.models import Establishment, Post, Role
from community.directory.models import Community, Grid


@dataclass(frozen=True)
class Strength:
    """One role in one grid, or (``grid`` None) in the community."""

    role: Role
    grid: Grid | None
    required: int
    held: int

    @property
    def missing(self) -> int:
        return max(0, self.required - self.held)

    @property
    def filled(self) -> int:
        """Of what is required; more than enough in one place does not make up for another."""
        return min(self.held, self.required)


def strengths_of(community: Community, day: date) -> list[Strength]:
    """Every role of a family in every place where it can be held, by level and name. Four queries."""
    roles = list(Role.objects.exclude(family=""))
    grids = list(Grid.objects.filter(community=community).standing(day))
    wanted = {
        (row.role_id, row.grid_id): row.required for row in Establishment.objects.filter(community=community)
    }  # fmt: skip
    held = _held(community, day)
    places = [(role, grid) for role in roles for grid in _places(role, grids)]
    return [
        Strength(role, grid, wanted.get(key, _usual(role, grid)), held[key])
        for role, grid in places
        for key in [(role.pk, grid.pk if grid else None)]
    ]


def _places(role: Role, grids: list[Grid]) -> "list[Grid | None]":
    return list(grids) if role.scope_kind == Role.ScopeKind.GRID else [None]


def _usual(role: Role, grid: Grid | None) -> int:
    """A special grid (a hospital, a barracks) has what its establishment says, and nothing as a matter of course."""
    return role.per_grid if grid is not None and grid.kind == Grid.Kind.RESIDENTIAL else 0


def _held(community: Community, day: date) -> "Counter[tuple[int, int | None]]":
    posts = Post.objects.on(day).exclude(role__family="")
    here = posts.filter(grid__community=community) | posts.filter(community=community)
    return Counter(here.values_list("role_id", "grid_id"))


def coverage(strengths: list[Strength]) -> int | None:
    """How much of what is required is filled, in per cent; None where nothing is required."""
    required = sum(row.required for row in strengths)
    return round(100 * sum(row.filled for row in strengths) / required) if required else None
