"""What one page of a dashboard shows, each part worked out when the template first asks for it.

Templates keep the drawn parts in the cache until the statistics are counted anew, so most pages ask for none of them.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import get_language

from community.core.perms import Perm
from community.core.reach import reach
from community.dashboards import board, fund, links
from community.dashboards.board import Freshness
from community.dashboards.figures import Fact, Material, Sight, Topic, six, topics
from community.dashboards.period import Period
from community.dashboards.tables import Row, Tables
from community.dashboards.todo import tasks
from community.dashboards.trends import charts
from community.directory.models import Community
from points.fund.seeing import works_with
from points.models import Fund

if TYPE_CHECKING:
    from community.directory.models import User


class Shown:
    """One community, or all ``communities`` that the person sees, over a period."""

    def __init__(
        self, user: "User", communities: Sequence[Community], period: Period, community: Community | None = None
    ) -> None:
        self.user, self.period, self.community = user, period, community
        self.communities = [community] if community else communities
        self.sees_points = bool(reach(user, Perm.SEE_POINTS))
        self.sees_volunteers = bool(reach(user, Perm.RUN_VOLUNTEERS))
        self.books = frozenset(
            Fund.objects.visible_to(user).filter(community__in=self.communities).values_list("community", flat=True)
        )
        self.funds = frozenset(place for place in self.books if works_with(user, place))
        self.sees_homes = any(reach(user, perm) for perm in (Perm.PATROL, Perm.LEAD_GRID, Perm.LEAD_COMMUNITY))

    @cached_property
    def freshness(self) -> Freshness:
        return board.freshness(timezone.now())

    @property
    def version(self) -> str:
        """Changes whenever other posts, places, days, counts or words would show something else."""
        one = self.community.pk if self.community else ""
        places = ",".join(str(place.pk) for place in self.communities)
        told = ",".join(str(place) for place in sorted(self.books)) + ";" + ",".join(map(str, sorted(self.funds)))
        sight = (self.sees_points, self.sees_homes, self.sees_volunteers, told)
        what = (one, places, self.period.days, self.period.last, self.freshness.at, *sight)
        return f"{get_language()}:{':'.join(map(str, what))}"

    @property
    def address(self) -> str:
        """Of the figures and tasks alone, which are fetched again every half a minute."""
        return links.to("dashboards:figures", days=self.period.days, community=self.community and self.community.pk)

    @cached_property
    def material(self) -> Material:
        places = [place.pk for place in self.communities]
        return board.material(self.user, places, self.period, self.community.pk if self.community else None)

    @cached_property
    def figures(self) -> list[Any]:
        return six(self.material)

    @cached_property
    def topics(self) -> list[Topic]:
        sight = Sight(self.sees_points, self.sees_homes, self.sees_volunteers, self.books, self.funds)
        return topics(self.material, sight)

    @property
    def facts(self) -> list[Fact]:
        return [fact for topic in self.topics for fact in topic.facts]

    @cached_property
    def tasks(self) -> list[Any]:
        return tasks(self.material, self.community is not None and self.community.pk in self.funds)

    @cached_property
    def charts(self) -> list[Any]:
        return charts(self.material)

    @cached_property
    def tables(self) -> Tables:
        """Of the first community, which is the only one where they are shown."""
        return board.tables(self.user, self.communities[0], self.period)

    @cached_property
    def rows(self) -> list[Row]:
        """The grids of the community, or the communities side by side."""
        return self.tables.grids if self.community else board.side_by_side(self.user, self.communities, self.period)

    @cached_property
    def fund_rows(self) -> list[fund.Row]:
        """The funds side by side, of those communities that have one."""
        if self.community:
            return []
        return fund.rows({row.place["community"]: row for row in self.rows}, self.period, self.books, self.funds)
