"""Doors, people and visits for the tests of visits."""

import pytest

from community.directory.models import Dwelling
from grids.visits.found import Found
from tests.neighbourhood import Hood

NOTHING = Found()


def door(hood: Hood, room: str, unit: str = "1单元") -> Dwelling:
    return Dwelling.objects.create(building=hood.building, unit=unit, room=room)


@pytest.fixture
def doors(hood: Hood) -> list[Dwelling]:
    """Two more doors on the third floor and one on the second, beside 301."""
    return [hood.dwelling, door(hood, "302"), door(hood, "201"), door(hood, "202")]
