"""岗位配置 at a glance: for every grid who holds which level, what is missing, and how much of the whole is filled."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from community.access.models import Post, Role
from community.access.strength import Strength, coverage, strengths_of
from community.directory.models import Community, Grid
from grids.posts.models import Licence, Reservist, Seat
from grids.posts.watch import AHEAD


@dataclass(frozen=True)
class Line:
    """One grid's row of the table; a cell for every role, in the roles' order."""

    grid: Grid
    cells: list[Strength]


@dataclass(frozen=True)
class Overview:
    """What the page shows of one community."""

    roles: list[Role]
    lines: list[Line]
    wide: list[Strength]
    coverage: int | None
    missing: int
    ending: int
    open_seats: int
    reservists: int
    licences: int
    short: int


def overview_of(community: Community, day: date) -> Overview:
    """Ten queries, whatever the number of grids."""
    strengths = strengths_of(community, day)
    roles = list(dict.fromkeys(row.role for row in strengths if row.grid is not None))
    roles.sort(key=lambda role: (role.level or 9, role.pk))
    order = {role: nth for nth, role in enumerate(roles)}
    lines: dict[Grid, list[Strength]] = {}
    for row in strengths:
        if row.grid is not None:
            lines.setdefault(row.grid, []).append(row)
    here = Post.objects.filter(grid__community=community) | Post.objects.filter(community=community)
    seats = Seat.objects.unfilled().filter(community=community)
    return Overview(
        roles=roles,
        lines=[Line(grid, sorted(cells, key=lambda row: order[row.role])) for grid, cells in lines.items()],
        wide=[row for row in strengths if row.grid is None],
        coverage=coverage(strengths),
        missing=sum(row.missing for row in strengths),
        ending=here.exclude(role__family="").on(day).filter(ends_on__lte=day + AHEAD).count(),
        open_seats=seats.aggregate(number=Count("pk"))["number"],
        reservists=Reservist.objects.current().filter(community=community).count(),
        licences=Licence.objects.filter(community=community).standing(day).count(),
        short=Licence.objects.filter(community=community).falling_short(day).count(),
    )
