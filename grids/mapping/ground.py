"""What lies under the points: the tiles' address, what to show first, and the houses in view."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Max, Min, Q

from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import Building

if TYPE_CHECKING:
    from community.directory.models import User

MOST_HOUSES = 600
MARGIN = 0.0006  # degrees, some sixty metres around the outermost houses


@dataclass(frozen=True)
class Box:
    """A piece of the map in degrees."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lat: str = "lat", lng: str = "lng") -> Q:
        """A filter for rows that lie within."""
        return Q(**{f"{lat}__range": (self.south, self.north), f"{lng}__range": (self.west, self.east)})

    @property
    def span(self) -> float:
        return max(self.east - self.west, self.north - self.south)


def tiles() -> dict[str, str]:
    return {"address": settings.MAP_TILES, "attribution": settings.MAP_ATTRIBUTION}


def houses_of(user: "User") -> Any:
    """Buildings of the places the person works for that have a place on the map."""
    seen = reach(user, Perm.SEE_CASES).within("estate__community", "grid")
    return Building.objects.filter(seen, lat__isnull=False)


def first_view(user: "User") -> Box | None:
    """All of one's houses; None when no house has a place on the map. One query."""
    edges = houses_of(user).aggregate(west=Min("lng"), south=Min("lat"), east=Max("lng"), north=Max("lat"))
    if edges["west"] is None:
        return None
    return Box(edges["west"] - MARGIN, edges["south"] - MARGIN, edges["east"] + MARGIN, edges["north"] + MARGIN)


def houses_in(user: "User", box: Box) -> list[dict[str, Any]]:
    """The houses in view, never more than ``MOST_HOUSES``."""
    rows = houses_of(user).filter(box.holds()).order_by("pk")
    return list(rows.values("lat", "lng", "name")[:MOST_HOUSES])
