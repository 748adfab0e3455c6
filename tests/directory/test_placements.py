"""Every building is in exactly one grid on any day: the periods are kept whole by the database itself."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from community.directory.models import Building, Grid, Placement
from community.directory.models.placement import MovedThatDay
from tests.neighbourhood import Hood

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def periods(building: Building) -> list[tuple[Grid, date | None, date | None]]:
    rows = building.placements.select_related("grid").order_by("begins_on")
    return sorted(((row.grid, row.begins_on, row.ends_on) for row in rows), key=lambda one: one[1] or date.min)


def judge() -> None:
    """Deferred constraints speak now rather than at commit."""
    connection.check_constraints()


class TestPeriods:
    def test_a_new_building_is_in_its_grid_since_ever_and_for_ever(self, hood: Hood) -> None:
        assert periods(hood.building) == [(hood.grid, None, None)]
        judge()

    def test_a_move_keeps_the_past(self, hood: Hood) -> None:
        Placement.move([hood.building], hood.other_grid, APRIL)
        assert periods(hood.building) == [(hood.grid, None, APRIL), (hood.other_grid, APRIL, None)]
        for day, grid in ((MARCH, hood.grid), (APRIL, hood.other_grid), (date(2999, 1, 1), hood.other_grid)):
            assert Placement.objects.on(day).get(building=hood.building).grid == grid
        judge()

    def test_a_move_before_one_drawn_earlier_fits_between(self, hood: Hood) -> None:
        third = Grid.objects.create(community=hood.community, code=f"{hood.community.code}003", name="第3网格")
        Placement.move([hood.building], hood.other_grid, MAY)
        Placement.move([hood.building], third, APRIL)
        assert periods(hood.building) == [
            (hood.grid, None, APRIL), (third, APRIL, MAY), (hood.other_grid, MAY, None),
        ]  # fmt: skip
        judge()

    def test_a_building_moves_once_a_day(self, hood: Hood) -> None:
        Placement.move([hood.building], hood.other_grid, APRIL)
        with pytest.raises(MovedThatDay) as refusal:
            Placement.move([hood.building], hood.grid, APRIL)
        assert refusal.value.buildings == [hood.building]

    def test_a_move_taken_back_never_was(self, hood: Hood) -> None:
        Placement.move([hood.building], hood.other_grid, APRIL)
        Placement.take_back([hood.building], hood.other_grid, APRIL)
        assert periods(hood.building) == [(hood.grid, None, None)]
        judge()

    def test_the_day_itself_makes_the_present_grid(self, hood: Hood) -> None:
        Placement.move([hood.building], hood.other_grid, APRIL)
        for day, changed, grid in ((MARCH, 0, hood.grid), (APRIL, 1, hood.other_grid), (APRIL, 0, hood.other_grid)):
            assert Placement.settle(hood.community.pk, day) == changed
            hood.building.refresh_from_db()
            assert hood.building.grid == grid
        assert len(periods(hood.building)) == 2
        judge()


class TestTheDatabase:
    def test_refuses_two_grids_at_a_time(self, hood: Hood) -> None:
        with pytest.raises(IntegrityError, match="placement_one_grid_at_a_time"), transaction.atomic():
            Placement.objects.create(building=hood.building, grid=hood.other_grid, begins_on=APRIL, ends_on=MAY)

    @pytest.mark.parametrize("change", [{"ends_on": APRIL}, {"begins_on": APRIL}, None], ids=["end", "start", "all"])
    def test_refuses_a_gap(self, hood: Hood, change: dict[str, date] | None) -> None:
        rows = hood.building.placements.all()
        with transaction.atomic():
            rows.update(**change) if change else rows.delete()
            with pytest.raises(IntegrityError, match="no grid for some days"):
                judge()
            transaction.set_rollback(True)

    def test_writes_down_a_grid_changed_by_hand_or_by_an_import(self, hood: Hood) -> None:
        today = timezone.localdate()
        Building.objects.filter(pk=hood.building.pk).update(grid=hood.other_grid)
        assert periods(hood.building) == [(hood.grid, None, today), (hood.other_grid, today, None)]
        Building.objects.filter(pk=hood.building.pk).update(grid=hood.grid)  # put right on the same day
        assert Placement.objects.on(today + timedelta(days=1)).get(building=hood.building).grid == hood.grid
        judge()

    def test_forgets_a_building_with_its_periods(self, hood: Hood) -> None:
        building = Building.objects.create(estate=hood.building.estate, grid=hood.grid, name="9号楼")
        Building.objects.filter(pk=building.pk)._raw_delete("default")
        judge()
        assert not Placement.objects.filter(building=building.pk).exists()


def test_a_grid_stands_from_its_first_day_to_before_its_last(hood: Hood) -> None:
    Grid.objects.filter(pk=hood.other_grid.pk).update(opened_on=MARCH, closed_on=MAY)
    standing = {day: set(hood.community.grids.standing(day)) for day in (MARCH - timedelta(days=1), MARCH, APRIL, MAY)}
    both = {hood.grid, hood.other_grid}
    assert list(standing.values()) == [{hood.grid}, both, both, {hood.grid}]
