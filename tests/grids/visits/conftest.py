"""Doors, people and visits for the tests of visits."""

from datetime import timedelta
from typing import Any

import pytest

from community.directory.models import Dwelling
from grids.models import Round
from grids.visits.found import Found
from tests.neighbourhood import Hood
from tests.specimens import MONDAY

NOTHING = Found()


def door(hood: Hood, room: str, unit: str = "1单元") -> Dwelling:
    return Dwelling.objects.create(building=hood.building, unit=unit, room=room)


def a_round(hood: Hood, **more: Any) -> Round:
    facts: dict[str, Any] = {
        "by": hood.leader, "grid": hood.grid, "name": "入冬安全敲门行动", "buildings": [hood.building],
        "last_day": (MONDAY + timedelta(days=10)).date(), "now": MONDAY,
    }  # fmt: skip
    return Round.open_up(**(facts | more))


@pytest.fixture
def doors(hood: Hood) -> list[Dwelling]:
    """Two more doors on the third floor and one on the second, beside 301."""
    return [hood.dwelling, door(hood, "302"), door(hood, "201"), door(hood, "202")]
