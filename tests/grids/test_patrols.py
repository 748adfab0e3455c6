"""Patrols: planned ahead, walked, or missed; and what is found on them."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.core.photos import CleanPhoto
from community.core.workflow import NotNow, NotYours
from community.duties.models import Plan
from community.duties.planning import plan_ahead
from community.notices.models import Notice
from community.timers.models import Deadline
from community.timers.sweep import sweep
from grids.models import Incident, Patrol
from tests.grids.conftest import MONDAY, SHANGHAI, category
from tests.neighbourhood import Hood, Town

S = Patrol.Status
FRIDAY = datetime(2026, 3, 6, 7, 30, tzinfo=SHANGHAI)


def plan(hood: Hood, **more: object) -> Plan:
    facts = {"kind": "patrol", "community": hood.community, "grid": hood.grid, "assignee": hood.worker}
    facts |= {"title": "每日巡查", "starts_on": date(2026, 3, 1), "opens": time(8), "closes": time(18)}
    return Plan.objects.create(**(facts | more))


def today(hood: Hood) -> Patrol:
    """The planned patrol of Monday, with its clock."""
    plan(hood)
    plan_ahead(MONDAY - timedelta(hours=2), days=1)
    return Patrol.objects.get()


@pytest.mark.django_db
class TestPlanning:
    def test_a_week_of_patrols_stands_ahead_with_its_clocks(self, hood: Hood) -> None:
        plan(hood)
        assert plan_ahead(FRIDAY) == 7
        days = list(Patrol.objects.order_by("day").values_list("day", flat=True))
        assert days == [date(2026, 3, 6) + timedelta(days=n) for n in range(7)]
        first = Patrol.objects.order_by("day")[0]
        assert first.opens_at == datetime(2026, 3, 6, 8, tzinfo=SHANGHAI)
        assert first.due_at == first.closes_at == datetime(2026, 3, 6, 18, tzinfo=SHANGHAI)
        assert [row.rung for row in Deadline.objects.of(first).order_by("due_at")] == ["remind", "due"]

    def test_planning_again_adds_only_what_is_new(self, hood: Hood) -> None:
        plan(hood)
        plan_ahead(FRIDAY)
        assert plan_ahead(FRIDAY) == 0
        assert plan_ahead(FRIDAY + timedelta(days=1)) == 1
        assert Deadline.objects.count() == 16

    def test_working_days_only_follows_the_working_calendar(self, hood: Hood) -> None:
        call_command("fill_holidays", "2026")
        plan(hood, working_days_only=True, starts_on=date(2026, 2, 1))
        plan_ahead(datetime(2026, 2, 13, 7, tzinfo=SHANGHAI), days=14)
        days = set(Patrol.objects.values_list("day", flat=True))
        assert date(2026, 2, 14) in days  # a make-up Saturday
        assert date(2026, 2, 17) not in days  # the first day of the year by the lunar calendar

    def test_a_day_whose_window_is_over_is_not_planned(self, hood: Hood) -> None:
        plan(hood)
        assert plan_ahead(datetime(2026, 3, 6, 18, 1, tzinfo=SHANGHAI), days=1) == 0

    def test_plans_that_ended_or_have_not_begun_are_left_out(self, hood: Hood) -> None:
        plan(hood, ends_on=date(2026, 3, 7))
        plan(hood, starts_on=date(2026, 3, 12))
        assert plan_ahead(FRIDAY) == 3

    def test_the_number_of_queries_does_not_grow_with_the_plans(self, town: Town) -> None:
        plan(town.ours)
        plan_ahead(FRIDAY)  # calendars are read once, then remembered
        few = self._queries(1)
        for hood in (town.theirs, town.far):
            for grid in (hood.grid, hood.other_grid):
                plan(hood, grid=grid)
        plan_ahead(FRIDAY + timedelta(days=1))
        assert self._queries(2) == few

    def _queries(self, days: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert plan_ahead(FRIDAY + timedelta(days=days), days=8) > 0
        return len(seen)


@pytest.mark.django_db
class TestWalking:
    def test_a_patrol_is_walked(self, hood: Hood) -> None:
        patrol = today(hood)
        patrol.start(by=hood.worker, now=MONDAY)
        patrol.finish(by=hood.worker, now=MONDAY + timedelta(hours=1), note="3号楼门禁已报修")
        assert (patrol.status, patrol.due_at) == (S.DONE, None)
        assert (patrol.started_at, patrol.ended_at) == (MONDAY, MONDAY + timedelta(hours=1))
        assert [row.verb for row in patrol.timeline.all()] == ["start", "finish"]
        assert not Deadline.objects.of(patrol).running().exists()

    def test_one_days_walk_is_not_another_days(self, hood: Hood) -> None:
        patrol = today(hood)
        with pytest.raises(NotNow, match="还没到"):
            patrol.start(by=hood.worker, now=MONDAY - timedelta(days=1))
        patrol.start(by=hood.worker, now=MONDAY - timedelta(hours=9))  # half past midnight of its own day

    def test_a_colleague_of_the_grid_may_stand_in_and_then_it_is_theirs(self, hood: Hood) -> None:
        patrol = today(hood)
        with pytest.raises(NotYours):
            patrol.start(by=hood.other_worker, now=MONDAY)
        patrol.start(by=hood.leader, now=MONDAY)
        with pytest.raises(NotYours):
            patrol.finish(by=hood.worker, now=MONDAY)
        assert patrol.assignee == hood.leader

    def test_the_worker_is_reminded_and_a_missed_patrol_is_told_upwards(self, hood: Hood) -> None:
        patrol = today(hood)
        sweep(patrol.closes_at - timedelta(hours=2, minutes=29))
        assert Notice.objects.get().recipient == hood.worker
        sweep(patrol.closes_at)
        patrol.refresh_from_db()
        assert (patrol.status, patrol.ended_at) == (S.MISSED, patrol.closes_at)
        told = Notice.objects.filter(code="patrol.missed")
        assert {row.recipient for row in told} == {hood.worker, hood.leader, hood.staff, hood.secretary}
        assert told[0].title == "第1网格 3月2日巡查未完成"
        with pytest.raises(NotNow):
            patrol.start(by=hood.worker, now=patrol.closes_at)

    def test_one_that_was_begun_but_never_finished_is_missed_too(self, hood: Hood) -> None:
        patrol = today(hood)
        patrol.start(by=hood.worker, now=MONDAY)
        sweep(patrol.closes_at)
        patrol.refresh_from_db()
        assert patrol.status == S.MISSED

    def test_nobody_makes_it_missed_by_hand(self, hood: Hood) -> None:
        with pytest.raises(NotYours):
            today(hood).miss(by=hood.secretary, now=MONDAY)

    def test_findings_belong_to_the_patrol(self, hood: Hood, photo: CleanPhoto) -> None:
        patrol = today(hood)
        patrol.start(by=hood.worker, now=MONDAY)
        facts: dict[str, Any] = {"by": hood.worker, "now": MONDAY, "community": hood.community, "patrol": patrol}
        facts["grid"] = hood.grid
        Incident.fix_on_spot(category=category("06010"), place="垃圾桶旁", photos=[photo], **facts)
        reported = Incident.report(category=category("06012"), building=hood.building, **facts)
        assert patrol.findings.count() == 2
        assert reported.channel == "patrol"
        assert Incident.objects.filter(patrol=patrol, fixed_on_spot=True).count() == 1

    def test_patrols_are_seen_where_one_works(self, town: Town) -> None:
        hood, patrol = town.ours, today(town.ours)
        for person in (hood.worker, hood.leader, hood.staff, town.officer):
            assert Patrol.objects.visible_to(person).get() == patrol
        for person in (hood.resident, hood.other_worker, town.theirs.secretary):
            assert not Patrol.objects.visible_to(person).exists()
