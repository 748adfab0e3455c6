"""Near in place: the same house, or within fifty metres."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from django.db.models import Q

from community.directory.models import Building, Grid

NEAR_METRES = 50
METRES_A_DEGREE = 111_320
EARTH_METRES = 6_371_000


@dataclass(frozen=True)
class Place:
    """Where something is being told of, as far as is known."""

    community_id: int
    building: Building | None = None
    grid_id: int | None = None
    spot: tuple[float, float] | None = None

    @classmethod
    def of(
        cls,
        community_id: int,
        building: Building | None = None,
        grid: Grid | None = None,
        spot: tuple[float, float] | None = None,
    ) -> "Place":
        """A house decides the grid, and the spot unless one is given."""
        if building is None:
            return cls(community_id, None, grid.pk if grid else None, spot)
        return cls(community_id, building, building.grid_id, spot or spot_of(building))

    @property
    def known(self) -> bool:
        return bool(self.building or self.grid_id or self.spot)

    def around(self) -> Q:
        """Rows of the same house, estate or grid, or in a square that holds all within fifty metres."""
        found = Q(pk__in=())
        if self.building is not None:
            found |= Q(building=self.building) | Q(estate=self.building.estate_id)
        if self.grid_id is not None:
            found |= Q(grid=self.grid_id)
        return found | near(self.spot) if self.spot else found


def spot_of(building: Building) -> tuple[float, float] | None:
    return None if building.lat is None or building.lng is None else (building.lat, building.lng)


def near(spot: tuple[float, float], metres: float = NEAR_METRES) -> Q:
    """A square around the spot, for an index; ``metres_between`` decides afterwards."""
    lat, lng = spot
    north = metres / METRES_A_DEGREE
    east = north / max(cos(radians(lat)), 0.01)
    return Q(lat__range=(lat - north, lat + north), lng__range=(lng - east, lng + east))


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Along the great circle (haversine)."""
    (lat1, lng1), (lat2, lng2) = ([radians(degrees) for degrees in spot] for spot in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lng2 - lng1) / 2) ** 2
    return 2 * EARTH_METRES * asin(sqrt(half))
