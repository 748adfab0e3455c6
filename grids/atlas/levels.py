"""The five levels of a grid, from the neighbour next door up to the leading cadre, and who may be called."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from community.access.models import Post, Role
from community.directory.models import Grid

WORKER = "grid_worker"


@dataclass
class Level:
    """One role of a level with the people who hold it; what nobody holds shows as vacant, or as not set up here."""

    role: Role
    posts: list[Post] = field(default_factory=list)
    accountable: bool = False

    @property
    def phone_shown(self) -> bool:
        """The phones of those who work here are published by rule; a helping neighbour's is their own."""
        return self.role.staff

    @property
    def expected(self) -> bool:
        return self.role.per_grid > 0


def levels_of(grid: Grid, day: date) -> list[Level]:
    """All five from the leading cadre down; the first who is there answers for the grid as a whole. Two queries."""
    levels = [Level(role) for role in Role.objects.exclude(level=None).order_by("level", "pk")]
    for post in Post.objects.at(grid).on(day).exclude(role__level=None).select_related("user", "role"):
        next(level for level in levels if level.role.pk == post.role_id).posts.append(post)
    known = {level.role.level for level in levels if level.posts or level.expected}
    shown = [level for level in levels if level.posts or level.expected or level.role.level not in known]
    if first := next((level for level in shown if level.posts), None):
        first.accountable = True
    return shown


def workers_in(levels: Iterable[Level]) -> list[Post]:
    return [post for level in levels if level.role.code == WORKER for post in level.posts]
