"""The five levels of a grid, from the neighbour next door up to the leading cadre, and who may be called."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from community.access.models import Post, Role
from community.directory.models import Grid

WORKER = "grid_worker"


@dataclass
class Level:
    """One level with the people who hold it; a level that nobody holds shows as vacant."""

    role: Role
    posts: list[Post] = field(default_factory=list)

    @property
    def phone_shown(self) -> bool:
        """The phones of those who work here are published by rule; a helping neighbour's is their own."""
        return self.role.staff


def levels_of(grid: Grid, day: date) -> list[Level]:
    """From the leading cadre down. Two queries."""
    levels = [Level(role) for role in Role.objects.exclude(level=None).order_by("level", "pk")]
    for post in Post.objects.at(grid).on(day).exclude(role__level=None).select_related("user", "role"):
        next(level for level in levels if level.role.pk == post.role_id).posts.append(post)
    return [level for level in levels if level.posts or level.role.per_grid]


def workers_in(levels: Iterable[Level]) -> list[Post]:
    return [post for level in levels if level.role.code == WORKER for post in level.posts]
