"""Shifts around the clock: turns, gaps, swaps, hand-overs, and who is on duty now."""

import itertools
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from community.core.workflow import NotNow, NotYours
from community.duties import leaving
from community.duties.models import Desk, Leave, Member
from community.notices.models import Notice
from community.timers.sweep import sweep
from grids.rosters import making
from grids.rosters.models import Watch
from tests.moments import SHANGHAI
from tests.neighbourhood import Hood, Town, account
from tests.specimens import MONDAY, a_watch

EARLY = MONDAY.replace(hour=6, minute=0)


@pytest.fixture
def desk(hood: Hood) -> Desk:
    """Three shifts a day, three people."""
    fresh = Desk(community=hood.community, grid=hood.grid, name="西区值守", phone="0531-88001234")
    people = [hood.worker, hood.leader, hood.other_worker]
    return making.set_up(fresh, by=hood.leader, template="three", people=people, starts_on=EARLY.date(), now=EARLY)


def week(desk: Desk) -> list[Watch]:
    return list(Watch.objects.filter(desk=desk).order_by("opens_at"))


@pytest.mark.django_db
class TestSettingUp:
    def test_every_hour_of_a_week_has_exactly_one_person(self, desk: Desk) -> None:
        shifts = week(desk)
        assert len(shifts) == 21
        assert all(shift.assignee_id for shift in shifts)
        for one, other in itertools.pairwise(shifts):
            assert one.closes_at == other.opens_at
            assert one.assignee_id != other.assignee_id
        assert len({shift.assignee_id for shift in shifts[:3]}) == 3

    def test_a_desk_of_another_community_cannot_be_set_up(self, town: Town) -> None:
        fresh = Desk(community=town.ours.community, name="东区值守")
        with pytest.raises(NotYours):
            making.set_up(fresh, by=town.theirs.secretary, template="two", people=[], starts_on=EARLY.date(), now=EARLY)

    def test_two_desks_of_one_name_are_refused(self, hood: Hood, desk: Desk) -> None:
        again = Desk(community=hood.community, name=desk.name)
        with pytest.raises(ValidationError, match="同名"):
            making.set_up(again, by=hood.secretary, template="day", people=[], starts_on=EARLY.date(), now=EARLY)

    def test_the_database_refuses_two_people_at_a_desk_and_one_person_at_two(self, hood: Hood, desk: Desk) -> None:
        shift = week(desk)[3]
        facts = {"kind": "watch", "community": hood.community, "day": shift.day, "closes_at": shift.closes_at}
        facts["opens_at"] = shift.closes_at - timedelta(minutes=1)
        other = Desk.objects.create(community=hood.community, name="另一个岗")
        for clash in ({"desk": desk}, {"desk": other, "assignee": shift.assignee}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Watch.objects.create(**(facts | clash))


@pytest.mark.django_db
class TestDuty:
    def test_taking_over_and_handing_over_with_words(self, hood: Hood) -> None:
        watch = a_watch(hood)
        with pytest.raises(NotYours):
            watch.take_over(by=hood.leader, now=MONDAY)
        watch.take_over(by=hood.worker, now=MONDAY)
        watch.remark(by=hood.worker, now=MONDAY, note="3号楼电梯在修")
        watch.hand_over(by=hood.worker, now=MONDAY + timedelta(hours=7), note="钥匙在抽屉")
        assert [row.note for row in watch.timeline.all()] == ["", "3号楼电梯在修", "钥匙在抽屉"]

    def test_nobody_comes(self, hood: Hood) -> None:
        watch = a_watch(hood)
        sweep(watch.opens_at + timedelta(hours=1))
        assert Notice.objects.get(code="watch.not_there").recipient == hood.worker
        sweep(watch.closes_at)
        watch.refresh_from_db()
        assert watch.status == "missed"

    def test_who_stood_but_left_no_note_is_off_duty_after_the_end(self, hood: Hood) -> None:
        watch = a_watch(hood)
        watch.take_over(by=hood.worker, now=MONDAY)
        sweep(watch.closes_at + timedelta(hours=1))
        watch.refresh_from_db()
        assert watch.status == "done"


@pytest.mark.django_db
class TestGaps:
    def test_a_shift_that_loses_its_person_alarms_one_length_ahead(self, hood: Hood, desk: Desk) -> None:
        watch = week(desk)[6]
        watch.reassign(by=hood.leader, to=None, now=EARLY)
        sweep(watch.opens_at - timedelta(hours=8))
        assert {n.recipient for n in Notice.objects.filter(code="watch.gap", occurrence=watch)} == {hood.leader}
        sweep(watch.opens_at)
        told = {n.recipient for n in Notice.objects.filter(code="watch.gap", occurrence=watch)}
        assert told == {hood.leader, hood.staff, hood.secretary}

    def test_a_filled_shift_alarms_nobody(self, hood: Hood, desk: Desk) -> None:
        sweep(week(desk)[6].opens_at)
        assert not Notice.objects.filter(code="watch.gap").exists()

    def test_leave_with_a_substitute_who_stands_already_falls_to_the_leader(self, hood: Hood) -> None:
        both = a_watch(hood)
        other = Desk.objects.create(community=hood.community, name="另一个岗")
        Watch.objects.create(
            kind="watch", community=hood.community, desk=other, assignee=hood.other_worker, day=both.day,
            opens_at=both.opens_at, closes_at=both.closes_at,
        )  # fmt: skip
        away = Leave(user=hood.worker, community=hood.community, grid=hood.grid, begins_on=both.day, ends_on=both.day,
                     substitute=hood.other_worker)  # fmt: skip
        leaving.take(away, by=hood.worker, now=EARLY)
        both.refresh_from_db()
        assert both.assignee == hood.leader


@pytest.mark.django_db
class TestSwaps:
    def test_offered_to_all_and_taken(self, hood: Hood) -> None:
        watch = a_watch(hood)
        watch.offer(by=hood.worker, now=EARLY, note="孩子家长会")
        with pytest.raises(NotNow):
            watch.offer(by=hood.worker, now=EARLY)
        watch.take(by=hood.leader, now=EARLY)
        assert (watch.assignee, watch.turn_of, watch.open_offer) == (hood.leader, hood.worker, None)
        assert Notice.objects.get(code="watch.taken", recipient=hood.worker)
        with pytest.raises(NotNow):
            watch.take(by=hood.worker, now=EARLY)

    def test_offered_to_one_is_not_for_others(self, town: Town) -> None:
        hood = town.ours
        watch = a_watch(hood)
        watch.offer(by=hood.worker, to=hood.leader, now=EARLY)
        assert Notice.objects.get(code="watch.offered").recipient == hood.leader
        for person in (hood.other_worker, hood.resident, town.theirs.worker, hood.worker):
            with pytest.raises(NotYours):
                watch.take(by=person, now=EARLY)
        watch.withdraw_offer(by=hood.worker, now=EARLY)
        with pytest.raises(NotNow):
            watch.take(by=hood.leader, now=EARLY)

    def test_a_colleague_who_stands_elsewhere_then_cannot_take_it(self, hood: Hood, desk: Desk) -> None:
        first = week(desk)[1]
        other = Desk.objects.create(community=hood.community, grid=hood.grid, name="另一个岗")
        clash = Watch.objects.create(
            kind="watch", community=hood.community, grid=hood.grid, desk=other, day=first.day,
            opens_at=first.opens_at + timedelta(hours=1), closes_at=first.closes_at + timedelta(hours=1),
        )  # fmt: skip
        with pytest.raises(NotNow, match="已有别的班次"):
            clash.take(by=first.assignee, now=EARLY)

    def test_an_empty_shift_is_taken_without_an_offer(self, hood: Hood) -> None:
        watch = a_watch(hood)
        watch.reassign(by=hood.leader, to=None, now=EARLY)
        watch.take(by=hood.leader, now=EARLY)
        assert watch.assignee == hood.leader

    def test_a_swap_is_not_undone_by_planning(self, hood: Hood) -> None:
        watch = a_watch(hood)
        watch.offer(by=hood.worker, now=EARLY)
        watch.take(by=hood.leader, now=EARLY)
        assert watch.chosen


@pytest.mark.django_db
class TestRest:
    @pytest.fixture
    def days(self, hood: Hood) -> Desk:
        """A shift of 24 hours each, by turns of worker, leader and other worker."""
        fresh = Desk(community=hood.community, grid=hood.grid, name="昼夜值守")
        people = [hood.worker, hood.leader, hood.other_worker]
        return making.set_up(fresh, by=hood.leader, template="day", people=people, starts_on=EARLY.date(), now=EARLY)

    def _away(self, hood: Hood, day: int, **more: Any) -> None:
        on = EARLY.date() + timedelta(days=day)
        away = Leave(user=hood.leader, community=hood.community, grid=hood.grid, begins_on=on, ends_on=on, **more)
        leaving.take(away, by=hood.leader, now=EARLY)

    def test_a_substitute_who_stands_the_day_before_or_after_is_passed_over(self, hood: Hood, days: Desk) -> None:
        self._away(hood, 1, substitute=hood.other_worker)
        assert week(days)[1].assignee == hood.staff  # both others stand next to it, and their leader is away
        free = account(hood.community, "grid_worker")
        self._away(hood, 4, substitute=free)
        assert week(days)[4].assignee == free

    def test_another_of_the_rota_who_has_rested_is_chosen(self, hood: Hood, days: Desk) -> None:
        spare = account(hood.community, "grid_worker")
        plan = days.plans.get()
        Member.objects.create(plan=plan, user=spare, position=4)
        self._away(hood, 1, substitute=hood.worker)
        assert week(days)[1].assignee == spare

    def test_laying_out_looks_at_turns_that_are_only_coming(self, hood: Hood) -> None:
        on = EARLY.date() + timedelta(days=1)
        Leave.objects.create(
            user=hood.leader, community=hood.community, grid=hood.grid, begins_on=on, ends_on=on,
            substitute=hood.other_worker, entered_by=hood.leader, entered_at=EARLY,
        )  # fmt: skip
        fresh = Desk(community=hood.community, grid=hood.grid, name="昼夜值守")
        people = [hood.worker, hood.leader, hood.other_worker]
        days = making.set_up(fresh, by=hood.leader, template="day", people=people, starts_on=EARLY.date(), now=EARLY)
        assert [shift.assignee for shift in week(days)[:3]] == [hood.worker, hood.staff, hood.other_worker]

    def test_a_swap_that_leaves_no_rest_is_refused(self, hood: Hood, days: Desk) -> None:
        shift = week(days)[1]
        shift.offer(by=hood.leader, now=EARLY)
        with pytest.raises(NotNow, match="24 小时"):
            shift.take(by=hood.worker, now=EARLY)

    def test_three_shifts_of_eight_hours_in_a_row_are_allowed_and_four_are_not(self, hood: Hood, desk: Desk) -> None:
        first, second, third, fourth = week(desk)[:4]
        for shift in (second, third, fourth):
            shift.offer(by=shift.assignee, now=EARLY)
        for shift in (second, third):
            shift.take(by=first.assignee, now=EARLY)
        with pytest.raises(NotNow, match="24 小时"):
            fourth.take(by=first.assignee, now=EARLY)


@pytest.mark.django_db
class TestPages:
    @pytest.fixture(autouse=True)
    def _noon(self, desk: Desk) -> None:
        self.desk = desk

    def test_residents_of_the_community_read_who_is_on_duty_with_the_desks_phone(
        self, client: Client, town: Town
    ) -> None:
        with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=SHANGHAI), tick=False):
            client.force_login(town.ours.resident)
            page = client.get("/rosters/now/").content.decode()
            assert str(town.ours.worker) in page
            assert "0531-88001234" in page
            assert str(town.ours.worker.phone) not in page
            client.force_login(town.theirs.resident)
            assert "0531-88001234" not in client.get("/rosters/now/").content.decode()
            Desk.objects.update(published=False)
            client.force_login(town.ours.resident)
            assert "0531-88001234" not in client.get("/rosters/now/").content.decode()

    def test_a_week_and_a_shift_by_their_pages(self, client: Client, hood: Hood) -> None:
        with time_machine.travel(EARLY, tick=False):
            client.force_login(hood.worker)
            assert "08:00–16:00" in client.get(f"/rosters/{self.desk.pk}/").content.decode()
            assert client.get(f"/rosters/{self.desk.pk}/?from=喵").status_code == 200
            shift = next(row for row in week(self.desk) if row.assignee_id == hood.worker.pk)
        address = f"/rosters/shifts/{shift.pk}/"
        with time_machine.travel(shift.opens_at - timedelta(minutes=61), tick=False):
            assert "take_over" not in client.get(address).content.decode()
            assert "还没到接班的时候" in client.post(f"{address}take_over/", follow=True).content.decode()
        with time_machine.travel(shift.opens_at, tick=False):
            assert "take_over" in client.get(address).content.decode()
            client.post(f"{address}take_over/")
            assert "请写下" in client.post(f"{address}remark/", {"remark-note": " "}, follow=True).content.decode()
            client.post(f"{address}hand_over/", {"hand_over-note": "钥匙在抽屉"})
            following = Watch.objects.get(desk=self.desk, opens_at=shift.closes_at)
            client.force_login(hood.leader)
            assert "钥匙在抽屉" in client.get(f"/rosters/shifts/{following.pk}/").content.decode()

    def test_a_leader_sets_up_a_desk_by_the_form(self, client: Client, hood: Hood) -> None:
        with time_machine.travel(EARLY, tick=False):
            client.force_login(hood.leader)
            given = {"name": "北门岗", "place": f"grid:{hood.grid.pk}", "phone": "", "template": "two",
                     "people": [hood.worker.pk], "starts_on": "2026-03-02"}  # fmt: skip
            answer = client.post("/rosters/new/", given)
            assert answer.status_code == 422
            assert "至少要 2 个人" in answer.content.decode()
            answer = client.post("/rosters/new/", given | {"people": [hood.worker.pk, hood.other_worker.pk]})
            assert answer.status_code == 302
            made = Desk.objects.get(name="北门岗")
            assert {shift.opens_at.astimezone(SHANGHAI).time() for shift in week(made)} == {time(8), time(20)}
            assert client.get("/rosters/").status_code == 200

    def test_a_leader_of_a_grid_sees_the_desk_of_the_whole_community(self, client: Client, town: Town) -> None:
        hood = town.ours
        centre = Desk(community=hood.community, name="服务中心值班室")
        making.set_up(centre, by=hood.staff, template="day", people=[hood.staff, hood.secretary],
                      starts_on=EARLY.date(), now=EARLY)  # fmt: skip
        for person, sees in ((hood.leader, 200), (hood.worker, 200), (town.theirs.leader, 404)):
            client.force_login(person)
            assert client.get(f"/rosters/{centre.pk}/").status_code == sees
            assert client.get(f"/rosters/shifts/{week(centre)[0].pk}/").status_code == sees
        client.force_login(hood.leader)
        assert "服务中心值班室" in client.get("/rosters/").content.decode()
