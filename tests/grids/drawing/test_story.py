"""A redraw from the drawing board to midnight: who moves is seen before, and the past keeps its grid."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection

from community.access.models import Post
from community.core.models import Case
from community.core.workflow import NotNow, NotYours
from community.directory.models import Building, Dwelling, Grid, Membership, Placement
from community.duties.planning import plan_ahead
from community.notices.models import Notice
from community.timers.sweep import sweep
from grids.atlas.census import households_on
from grids.drawing.board import columns_of, next_code
from grids.drawing.models import Redraw
from grids.drawing.preview import preview_of
from grids.models import Patrol
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY, a_patrol, an_incident

FRIDAY = date(2026, 3, 6)
EVE = datetime(2026, 3, 5, 23, 59, tzinfo=MONDAY.tzinfo)
MIDNIGHT = datetime(2026, 3, 6, tzinfo=MONDAY.tzinfo)


@pytest.fixture(autouse=True)
def _on_monday() -> Any:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def draft(hood: Hood) -> Redraw:
    return Redraw.draw(by=hood.secretary, community=hood.community, effective_on=FRIDAY)


@pytest.fixture
def fourth(hood: Hood) -> Building:
    building = Building.objects.create(estate=hood.building.estate, grid=hood.grid, name="4号楼")
    Dwelling.objects.create(building=building, unit="1单元", room="101")
    return building


def grid_on(day: date, building: Building) -> Grid:
    return Placement.objects.on(day).get(building=building).grid


class TestFutureRedraw:
    def test_nothing_moves_before_its_midnight(self, hood: Hood, fourth: Building, draft: Redraw) -> None:
        draft.shift(by=hood.secretary, buildings=[fourth], target=hood.other_grid)
        draft.confirm(by=hood.secretary)
        sweep(EVE)
        fourth.refresh_from_db()
        assert (draft.status, fourth.grid) == ("planned", hood.grid)
        assert grid_on(FRIDAY, fourth) == hood.other_grid

        for _ in range(2):  # a sweep may come twice
            sweep(MIDNIGHT)
        fourth.refresh_from_db()
        draft.refresh_from_db()
        assert (draft.status, fourth.grid) == ("effective", hood.other_grid)
        assert [row.verb for row in draft.timeline.all()] == ["draw", "shift", "confirm", "take_effect"]
        connection.check_constraints()

    def test_figures_of_a_past_day_use_the_grid_of_that_day(self, hood: Hood, fourth: Building, draft: Redraw) -> None:
        draft.shift(by=hood.secretary, buildings=[fourth], target=hood.other_grid)
        draft.confirm(by=hood.secretary)
        sweep(MIDNIGHT)
        thursday = FRIDAY - timedelta(days=1)
        assert [households_on(day, hood.grid) for day in (thursday, FRIDAY)] == [2, 1]
        assert [households_on(day, hood.other_grid) for day in (thursday, FRIDAY)] == [0, 1]

    def test_matters_and_patrols_keep_the_grid_they_began_in(self, hood: Hood, draft: Redraw) -> None:
        incident, patrol = an_incident(hood), a_patrol(hood)
        patrol.start(by=hood.worker)
        draft.shift(by=hood.secretary, buildings=[hood.building], target=hood.other_grid)
        assert (preview_of(draft).matters, preview_of(draft).patrols) == (1, 1)
        draft.reschedule(by=hood.secretary, effective_on=MONDAY.date())
        draft.confirm(by=hood.secretary)
        draft.take_effect(by=None)
        found = an_incident(hood, by=hood.worker, building=None, grid=hood.grid, place="门口", patrol=patrol)
        patrol.finish(by=hood.worker)
        incident.refresh_from_db()
        assert incident.grid == patrol.grid == found.grid == hood.grid
        hood.building.refresh_from_db()
        assert an_incident(hood).grid == hood.other_grid  # what happens from now on belongs to the new one

    def test_called_off_in_time_it_never_was(self, hood: Hood, fourth: Building, draft: Redraw) -> None:
        draft.split(by=hood.secretary, buildings=[fourth], name="新网格", code=next_code(draft))
        draft.confirm(by=hood.secretary)
        assert Grid.objects.get(name="新网格") in Grid.objects.standing(FRIDAY)
        draft.call_off(by=hood.secretary)
        assert sweep(MIDNIGHT).fired == 0
        assert grid_on(FRIDAY, fourth) == hood.grid
        assert Grid.objects.get(name="新网格") not in Grid.objects.standing(FRIDAY)
        connection.check_constraints()

    def test_it_stays_when_a_later_redraw_builds_on_it(self, hood: Hood, fourth: Building, draft: Redraw) -> None:
        draft.split(by=hood.secretary, buildings=[fourth], name="新网格", code=next_code(draft))
        draft.confirm(by=hood.secretary)
        later = Redraw.draw(by=hood.secretary, community=hood.community, effective_on=FRIDAY + timedelta(days=7))
        later.shift(by=hood.secretary, buildings=[hood.building], target=Grid.objects.get(name="新网格"))
        later.confirm(by=hood.secretary)
        with pytest.raises(NotNow):
            draft.call_off(by=hood.secretary)
        assert grid_on(FRIDAY, fourth).name == "新网格"


class TestSplitAndMerge:
    def test_a_split_makes_a_grid_from_its_day_on(self, hood: Hood, fourth: Building, draft: Redraw) -> None:
        code = next_code(draft)
        assert code == f"{hood.community.code}003"
        draft.split(by=hood.secretary, buildings=[fourth], name="第3网格", code=code)
        assert [(c.grid.name, len(c.chips)) for c in columns_of(draft)] == [
            ("第1网格", 1), ("第2网格", 0), ("第3网格", 1),
        ]  # fmt: skip
        draft.confirm(by=hood.secretary)
        new = Grid.objects.get(code=code)
        assert new.opened_on == FRIDAY
        assert grid_on(FRIDAY, fourth) == new

    def test_a_merged_grid_ends_with_its_posts(self, hood: Hood, fourth: Building, draft: Redraw) -> None:
        draft.merge(by=hood.secretary, source=hood.grid, target=hood.other_grid)
        preview = preview_of(draft)
        assert (preview.buildings, preview.households) == (2, 2)
        assert preview.ending == [hood.grid]
        assert {post.user for post in preview.posts} == {hood.worker, hood.leader}
        draft.confirm(by=hood.secretary)
        sweep(MIDNIGHT)
        assert list(Grid.objects.standing(FRIDAY).filter(community=hood.community)) == [hood.other_grid]
        assert hood.grid in Grid.objects.standing(FRIDAY - timedelta(days=1))
        assert not Post.objects.filter(grid=hood.grid).on(FRIDAY).exists()
        assert Post.objects.filter(grid=hood.grid).on(FRIDAY - timedelta(days=1)).count() == 2

    def test_plans_of_a_merged_grid_end_with_it(self, hood: Hood, draft: Redraw) -> None:
        patrol = a_patrol(hood)
        plan_ahead(MONDAY, days=7)
        draft.merge(by=hood.secretary, source=hood.grid, target=hood.other_grid)
        draft.confirm(by=hood.secretary)
        sweep(MIDNIGHT)
        states = dict(Patrol.objects.filter(plan=patrol.plan).values_list("day", "status"))
        assert {day for day, status in states.items() if status == "called_off"} == {
            FRIDAY + timedelta(days=n) for n in range(3)
        }
        assert patrol.plan is not None
        patrol.plan.refresh_from_db()
        assert patrol.plan.ends_on == FRIDAY - timedelta(days=1)

    def test_a_new_grid_dragged_empty_again_is_forgotten(self, hood: Hood, fourth: Building, draft: Redraw) -> None:
        draft.split(by=hood.secretary, buildings=[fourth], name="第3网格", code=next_code(draft))
        draft.shift(by=hood.secretary, buildings=[fourth], target=hood.grid)
        assert not draft.new_grids.exists()
        assert not draft.shifts.exists()

    def test_what_was_drawn_into_a_grid_goes_on_with_its_merger(
        self, hood: Hood, fourth: Building, draft: Redraw
    ) -> None:
        draft.shift(by=hood.secretary, buildings=[fourth], target=hood.other_grid)
        draft.split(by=hood.secretary, buildings=[hood.building], name="第3网格", code=next_code(draft))
        draft.merge(by=hood.secretary, source=hood.other_grid, target=draft.new_grids.get())
        assert {row.new_grid.name for row in draft.shifts.all() if row.new_grid} == {"第3网格"}
        assert draft.shifts.count() == 2


class TestBadInput:
    def test_a_day_that_is_over(self, hood: Hood, draft: Redraw) -> None:
        with pytest.raises(ValidationError, match="不能早于今天"):
            Redraw.draw(by=hood.secretary, community=hood.community, effective_on=MONDAY.date() - timedelta(days=1))
        draft.shift(by=hood.secretary, buildings=[hood.building], target=hood.other_grid)
        with pytest.raises(ValidationError, match="不能早于今天"):
            draft.confirm(by=hood.secretary, now=MIDNIGHT + timedelta(days=1))

    def test_a_building_moved_twice_on_one_day(self, hood: Hood, fourth: Building, draft: Redraw) -> None:
        other = Redraw.draw(by=hood.staff, community=hood.community, effective_on=FRIDAY)
        for redraw in (draft, other):
            redraw.shift(by=hood.staff, buildings=[hood.building], target=hood.other_grid)
        draft.confirm(by=hood.secretary)
        with pytest.raises(ValidationError, match="在您划分期间已换了网格"):
            other.confirm(by=hood.secretary)
        other.shift(by=hood.staff, buildings=[hood.building], target=hood.grid)
        with pytest.raises(ValidationError, match="一天只能划动一次"):
            other.confirm(by=hood.secretary)
        other.refresh_from_db()
        assert other.status == "draft"

    def test_nothing_drawn(self, hood: Hood, draft: Redraw) -> None:
        with pytest.raises(ValidationError, match="还没有划动任何楼栋"):
            draft.confirm(by=hood.secretary)

    def test_a_code_of_elsewhere_or_taken(self, hood: Hood, fourth: Building, draft: Redraw) -> None:
        for code in ("999999999999001", f"{hood.community.code}abc", hood.grid.code):
            with pytest.raises(ValidationError):
                draft.split(by=hood.secretary, buildings=[fourth], name="新", code=code)
        assert not draft.new_grids.exists()

    def test_buildings_and_grids_of_another_community(self, town: Town, draft: Redraw) -> None:
        ours, theirs = town.ours, town.theirs
        with pytest.raises(ValidationError):
            draft.shift(by=ours.secretary, buildings=[theirs.building], target=ours.other_grid)
        with pytest.raises(ValidationError):
            draft.shift(by=ours.secretary, buildings=[ours.building], target=theirs.grid)


def test_staff_draw_and_the_secretary_decides(hood: Hood, draft: Redraw) -> None:
    draft.shift(by=hood.staff, buildings=[hood.building], target=hood.other_grid)
    with pytest.raises(NotYours):
        draft.confirm(by=hood.staff)
    with pytest.raises(NotYours):
        draft.shift(by=hood.leader, buildings=[hood.building], target=hood.grid)
    draft.submit(by=hood.staff)
    assert Notice.objects.filter(code="redraw.submitted", recipient=hood.secretary).exists()
    assert Case.objects.get(pk=draft.pk).awaits_perm == "manage_posts"
    draft.confirm(by=hood.secretary)


def test_workers_hear_of_the_plan_and_households_of_the_day(hood: Hood, draft: Redraw) -> None:
    Membership.begin(user=hood.resident, dwelling=hood.dwelling, how=Membership.How.CODE)
    draft.shift(by=hood.secretary, buildings=[hood.building], target=hood.other_grid)
    draft.confirm(by=hood.secretary)
    told = set(Notice.objects.filter(code="redraw.planned_grid").values_list("recipient", flat=True))
    assert told == {hood.worker.pk, hood.leader.pk, hood.other_worker.pk}
    assert not Notice.objects.filter(code="redraw.moved_home").exists()
    sweep(MIDNIGHT)
    notice = Notice.objects.get(code="redraw.moved_home")
    assert (notice.recipient, notice.title) == (hood.resident, "您家所在的楼现在属于第2网格")
