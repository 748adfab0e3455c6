"""The demonstration's buildings have places on a map."""

import pytest
from django.db import IntegrityError, transaction

from community.demonstration.ground import lay_out
from community.directory.models import Building
from tests.neighbourhood import Hood

pytestmark = pytest.mark.django_db


def test_every_building_stands_on_its_own_and_near_the_others_of_its_grid(hood: Hood) -> None:
    for grid in (hood.grid, hood.other_grid):
        for number in range(9):
            Building.objects.create(estate=hood.building.estate, grid=grid, name=f"{grid.pk}-{number}号楼")
    lay_out(hood.community, 36.69, 116.97)
    placed = list(Building.objects.filter(estate__community=hood.community))
    assert len({(row.lat, row.lng) for row in placed}) == len(placed) == 19
    for grid in (hood.grid, hood.other_grid):
        east = [row.lng for row in placed if row.grid_id == grid.pk and row.lng]
        assert max(east) - min(east) < 0.003


def test_a_building_has_both_coordinates_or_none(hood: Hood) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Building.objects.filter(pk=hood.building.pk).update(lat=36.69)
