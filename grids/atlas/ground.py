"""Where to draw the grids: at their buildings' places, or on a plan of blocks where places are not known."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from community.directory.models import Building
from grids.atlas.census import GridRow
from grids.mapping.ground import MARGIN, Box

# A plan's measures in degrees near the equator, where a degree is as long eastwards as northwards.
HOUSE_EAST, HOUSE_NORTH, LANE = 0.0006, 0.0004, 0.0006
HOUSES, BLOCKS = 4, 4


def drawn(rows: list[GridRow]) -> list[dict[str, Any]]:
    """Each grid with its houses, for the map's script."""
    known = all(one.lat is not None for row in rows for one in row.buildings)
    spots = _true_spots(rows) if known else _plan_spots(rows)
    return [
        {
            "name": row.grid.name,
            "special": row.grid.kind == row.grid.Kind.SPECIAL,
            "href": f"{reverse('grids:incidents')}?grid={row.grid.pk}",
            "areas": _by_estate(houses),
        }
        for row, houses in zip(rows, spots, strict=True)
        if houses
    ]


def _by_estate(houses: "list[tuple[Building, tuple[float, float]]]") -> list[list[dict[str, Any]]]:
    """The houses of each estate, the largest first: a grid may lie in several, with others' houses between."""
    estates: dict[int, list[dict[str, Any]]] = {}
    for one, (lat, lng) in houses:
        estates.setdefault(one.estate_id, []).append({"name": one.name, "lat": lat, "lng": lng})
    return sorted(estates.values(), key=len, reverse=True)


Spots = Iterator[list[tuple[Building, tuple[float, float]]]]


def _true_spots(rows: list[GridRow]) -> Spots:
    for row in rows:
        yield [(one, (one.lat or 0, one.lng or 0)) for one in row.buildings]


def _plan_spots(rows: list[GridRow]) -> Spots:
    """Blocks from west to east and north to south, as grids are numbered; houses in rows within."""
    deepest = max((-(-len(row.buildings) // HOUSES) for row in rows), default=1)
    wide, high = HOUSES * HOUSE_EAST + LANE, deepest * HOUSE_NORTH + LANE
    for nth, row in enumerate(rows):
        west, north = nth % BLOCKS * wide, -(nth // BLOCKS) * high
        yield [
            (one, (north - number // HOUSES * HOUSE_NORTH, west + number % HOUSES * HOUSE_EAST))
            for number, one in enumerate(row.buildings)
        ]


def box_around(grids: list[dict[str, Any]]) -> Box | None:
    spots = [(house["lat"], house["lng"]) for grid in grids for area in grid["areas"] for house in area]
    if not spots:
        return None
    lats, lngs = zip(*spots, strict=True)
    return Box(min(lngs) - MARGIN, min(lats) - MARGIN, max(lngs) + MARGIN, max(lats) + MARGIN)
