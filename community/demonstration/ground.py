"""Where the demonstration's buildings stand: invented, but laid out as estates are, in rows that face south."""

from itertools import groupby
from math import cos, radians

from community.directory.models import Building, Community

METRES_A_DEGREE = 111_320
HOUSE, ROW = 68, 42  # metres from house to house and from row to row
BLOCK = 320, 230  # a grid's block with the lane around it, east and north
HOUSES, BLOCKS = 4, 3  # houses in a row, blocks side by side


def lay_out(community: Community, lat: float, lng: float) -> None:
    """Give the community's buildings places from a corner in the south-west; every grid is a block of its own."""
    east = METRES_A_DEGREE * cos(radians(lat))
    buildings = Building.objects.filter(estate__community=community).order_by("estate", "grid", "pk")
    placed = []
    for block, (_where, houses) in enumerate(groupby(buildings, key=lambda row: (row.estate_id, row.grid_id))):
        for number, building in enumerate(houses):
            north = block // BLOCKS * BLOCK[1] + number // HOUSES * ROW
            building.lat = round(lat + north / METRES_A_DEGREE, 6)
            building.lng = round(lng + (block % BLOCKS * BLOCK[0] + number % HOUSES * HOUSE) / east, 6)
            placed.append(building)
    Building.objects.bulk_update(placed, ["lat", "lng"])
