"""未诉先办: where several people called about the same thing and nothing has been raised about it yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import timezone

from community.directory.models import Building, Estate
from grids.hotline.models import HotlineTicket
from grids.hotline.querysets import TicketQuerySet

DAYS = (30, 90, 180, 365)
USUAL = 90
AT_A_BUILDING, IN_AN_ESTATE = 2, 3  # so many calls make a cluster
SHOWN = 60


@dataclass(frozen=True)
class Cluster:
    """Calls about one thing at one place that no incident answers for."""

    category: str
    place: str
    community_id: int
    building: int | None
    estate: int | None
    calls: int
    latest: datetime
    days: int

    @property
    def query(self) -> str:
        """By which its rows and the page that raises it find it again."""
        where = {"building": self.building} if self.building else {"estate": self.estate}
        return urlencode({"category": self.category, **where, "days": self.days})

    @property
    def rows(self) -> str:
        first = (timezone.localdate() - timedelta(days=self.days)).isoformat()
        where = {"building": self.building} if self.building else {"estate": self.estate}
        return f"{reverse('grids:hotline')}?{urlencode({'category': self.category, **where, 'first': first, 'unlinked': 1})}"

    @property
    def raise_address(self) -> str:
        return f"{reverse('grids:hotline-raise')}?{self.query}"


def unanswered(communities: Iterable[int], days: int, now: datetime | None = None) -> TicketQuerySet:
    """Calls of the window that belong to no incident."""
    first = timezone.localdate(now) - timedelta(days=days)
    rows = HotlineTicket.objects.at_homes(communities).counted().filter(linked_incident=None)
    return rows.called(first, timezone.localdate(now)).exclude(building=None)


def clusters(communities: Iterable[int], days: int, now: datetime | None = None) -> list[Cluster]:
    """Buildings first; an estate only for what its buildings do not already show. Two queries and the names."""
    rows = unanswered(communities, days, now).order_by()
    at_buildings = _grouped(rows, "building", AT_A_BUILDING)
    in_estates = _grouped(rows, "building__estate", IN_AN_ESTATE)
    names = _names(Building.objects.select_related("estate"), at_buildings, 1)
    estates = _names(Estate.objects, in_estates, 1)
    found = [_cluster(row, names, days, building=True) for row in at_buildings]
    told = {(row.category, names[row.building].estate_id) for row in found if row.building}
    found += [_cluster(row, estates, days, building=False) for row in in_estates if (row[0], row[1]) not in told]
    return sorted(found, key=lambda row: (-row.calls, row.category))[:SHOWN]


def _grouped(rows: TicketQuerySet, place: str, least: int) -> list[tuple[str, int, int, int, datetime]]:
    groups = rows.values_list("category", place, "home").annotate(n=Count("pk"), latest=Max("received_at"))
    return list(groups.filter(n__gte=least).order_by("-n")[:SHOWN])


def _names(rows: Any, groups: Sequence[tuple[Any, ...]], place: int) -> dict[int | None, Any]:
    return rows.in_bulk([group[place] for group in groups])


def _cluster(row: tuple[str, int, int, int, datetime], names: dict[Any, Any], days: int, *, building: bool) -> Cluster:
    category, place, home, calls, latest = row
    return Cluster(
        category, str(names[place]), home, place if building else None, None if building else place, calls, latest, days
    )


def tickets_of(
    communities: Iterable[int], *, category: str, building: int | None, estate: int | None, days: int
) -> TicketQuerySet:
    """The calls of one cluster, oldest first."""
    where = Q(building=building) if building else Q(building__estate=estate)
    rows = unanswered(communities, days).filter(where, category=category)
    return rows.select_related("community", "building__estate", "grid").order_by("received_at", "pk")
