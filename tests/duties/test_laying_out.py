"""Laying out plans ahead: who, when, once; and at any size with the same few queries."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from community.access.models import Post, Role
from community.duties.models import Desk, Duty, Occurrence, Plan
from community.duties.planning import plan_ahead
from community.duties.standing_in import settle_posts
from community.timers.models import Deadline
from tests.duties.conftest import Planned
from tests.moments import SHANGHAI
from tests.neighbourhood import Hood, Town, account
from tests.specimens import MONDAY

EARLY = MONDAY - timedelta(hours=3)


def days() -> list[date]:
    return list(Duty.objects.order_by("day").values_list("day", flat=True))


def doers() -> list[object]:
    return [duty.assignee for duty in Duty.objects.select_related("assignee").order_by("day")]


@pytest.mark.django_db
class TestDays:
    def test_festivals_of_a_year(self, planned: Planned) -> None:
        planned(rhythm="festivals", festivals=["lantern", "mid_autumn"], lead=1)
        plan_ahead(EARLY, days=365)
        assert days() == [date(2026, 3, 2), date(2026, 9, 24), date(2027, 2, 19)]

    def test_three_unannounced_times_a_week_are_drawn_once(self, planned: Planned) -> None:
        plan = planned(rhythm="random", times_a_week=3, lasts=60)
        assert plan_ahead(EARLY) == 3
        before = days()
        Plan.objects.update(planned_until=None)
        assert plan_ahead(EARLY) == 0
        plan_ahead(EARLY + timedelta(days=1))  # the next week comes into sight and is drawn whole
        assert days()[:3] == before
        assert len(days()) == 6
        for duty in Duty.objects.all():
            assert duty.closes_at - duty.opens_at == timedelta(minutes=60)
            assert time(8) <= duty.opens_at.astimezone(SHANGHAI).time() <= time(17)
        plan.refresh_from_db()
        assert plan.drawn_until == date(2026, 3, 15)

    def test_the_last_day_of_a_week_is_not_certain_to_be_drawn(self, planned: Planned) -> None:
        sunday = EARLY + timedelta(days=6)
        for _ in range(60):
            planned(rhythm="random", times_a_week=2, starts_on=sunday.date())
        plan_ahead(sunday, days=1)
        assert 2 <= Duty.objects.count() <= 40  # two of seven would be 17

    def test_a_night_closes_on_the_next_day(self, planned: Planned) -> None:
        planned(opens=time(22), closes=time(6), overnight=True)
        plan_ahead(EARLY, days=1)
        assert Duty.objects.get().closes_at == datetime(2026, 3, 3, 6, tzinfo=SHANGHAI)

    @pytest.mark.parametrize(
        "wrong",
        [{"closes": time(8)}, {"opens": time(22), "closes": time(6)}, {"rhythm": "random"}, {"rhythm": "festivals"},
         {"rhythm": "random", "times_a_week": 8}, {"assigned": "post"}, {"catch_up": "within"},
         {"catch_up_days": 3}, {"ends_on": date(2026, 2, 1)}],
    )  # fmt: skip
    def test_the_database_refuses_a_plan_that_makes_no_sense(self, planned: Planned, wrong: dict[str, object]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            planned(**wrong)


@pytest.mark.django_db
class TestPeople:
    def test_a_post_means_whoever_holds_it_on_the_day(self, hood: Hood, planned: Planned) -> None:
        role = Role.objects.get(code="grid_worker")
        post = hood.worker.posts.get()
        post.ends_on = date(2026, 3, 3)
        post.save()
        newcomer = account(hood.community, "grid_worker")
        Post.objects.create(user=newcomer, role=role, grid=hood.grid, begins_on=date(2026, 3, 5))
        planned(assigned="post", role=role, assignee=None)
        plan_ahead(EARLY, days=5)
        assert doers() == [hood.worker, hood.worker, hood.leader, newcomer, newcomer]

    def test_a_post_without_a_leader_in_the_grid_falls_to_the_community(self, hood: Hood, planned: Planned) -> None:
        planned(assigned="post", role=Role.objects.get(code="volunteer"), assignee=None, grid=hood.other_grid)
        plan_ahead(EARLY, days=1)
        assert doers() == [hood.staff]

    def test_a_post_that_changes_hands_takes_the_planned_duties_along(self, hood: Hood, planned: Planned) -> None:
        planned(assigned="post", role=Role.objects.get(code="grid_worker"), assignee=None)
        plan_ahead(EARLY, days=3)
        hood.worker.posts.get().end(by=None, on=MONDAY.date())
        assert settle_posts(EARLY) == 2
        assert doers() == [hood.leader, hood.leader, hood.worker]  # the day after tomorrow is looked at tomorrow
        assert settle_posts(EARLY) == 0
        entry = Duty.objects.order_by("day")[0].timeline.get()
        assert (entry.verb, entry.actor, entry.internal) == ("reassign", None, True)

    def test_a_rota_turns_and_goes_on_where_it_stopped(self, hood: Hood, planned: Planned) -> None:
        planned(assigned="rota", assignee=None, rota=[hood.worker, hood.leader, hood.volunteer])
        plan_ahead(EARLY, days=2)
        plan_ahead(EARLY + timedelta(days=1), days=3)
        assert doers() == [hood.worker, hood.leader, hood.volunteer, hood.worker]

    def test_nobody_on_the_rota_falls_to_the_leader(self, hood: Hood, planned: Planned) -> None:
        planned(assigned="rota", assignee=None)
        plan_ahead(EARLY, days=1)
        assert doers() == [hood.leader]


@pytest.mark.django_db
class TestDesks:
    def test_one_person_cannot_stand_at_two_desks(self, hood: Hood, planned: Planned) -> None:
        for name in ("东门岗", "西门岗"):
            planned(desk=Desk.objects.create(community=hood.community, name=name), title=name)
        assert plan_ahead(EARLY, days=1) == 2
        assert sorted(doers(), key=str) == sorted([hood.worker, None], key=str)  # the second stands unfilled

    def test_a_desk_has_one_at_a_time(self, hood: Hood, planned: Planned) -> None:
        desk = Desk.objects.create(community=hood.community, name="东门岗")
        planned(desk=desk)
        planned(desk=desk, opens=time(17), closes=time(20), assignee=hood.leader)
        assert plan_ahead(EARLY, days=1) == 1
        with pytest.raises(IntegrityError), transaction.atomic():
            Duty.objects.create(
                kind="duty", community=hood.community, desk=desk, day=MONDAY.date(), opens_at=MONDAY,
                closes_at=MONDAY + timedelta(hours=1),
            )  # fmt: skip


@pytest.mark.django_db
class TestSize:
    def test_batches_do_not_leave_anybody_out(self, planned: Planned, monkeypatch: pytest.MonkeyPatch) -> None:
        for _ in range(7):
            planned()
        monkeypatch.setattr("community.duties.planning.BATCH", 3)
        assert plan_ahead(EARLY, days=1) == 7
        assert plan_ahead(EARLY, days=1) == 0

    def test_what_stands_already_is_passed_over_without_reading_it(self, planned: Planned) -> None:
        for _ in range(4):
            planned()
        plan_ahead(EARLY)
        with CaptureQueriesContext(connection) as seen:
            assert plan_ahead(EARLY) == 0
        assert len(seen) <= 3  # one question, in its transaction

    def test_queries_do_not_grow_with_plans_of_every_sort(self, town: Town, planned: Planned) -> None:
        def make() -> None:
            planned()
            planned(assigned="rota", assignee=None, rota=[town.ours.worker, town.ours.leader])
            planned(assigned="post", assignee=None, role=Role.objects.get(code="grid_worker"))
            planned(rhythm="random", times_a_week=2, secret=True)

        make()
        plan_ahead(EARLY)
        make()
        few = self._queries()
        for _ in range(5):
            make()
        assert self._queries() == few

    def _queries(self) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert plan_ahead(EARLY) > 0
        return len(seen)

    def test_the_sweep_finds_what_is_due_by_its_index(self, hood: Hood, planned: Planned) -> None:
        for _ in range(40):
            planned()
        plan_ahead(EARLY)
        _lived_through(hood, 1000)
        with connection.cursor() as cursor:
            # Else the planner goes by what autovacuum saw last, perhaps an empty table on which every index costs alike.
            cursor.execute("ANALYZE timers_deadline, duties_occurrence")
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Deadline.objects.due(MONDAY).order_by("try_at", "pk")[:1].explain()
        assert "deadline_to_sweep" in plan
        assert "Sort" not in plan
        plan = Occurrence.objects.planned().filter(day__range=(MONDAY.date(), MONDAY.date())).explain()
        assert "occurrence_open_by_day" in plan


def _lived_through(hood: Hood, count: int) -> None:
    """Duties of the same days that are done: what is open is few among them, as in life."""
    days = [MONDAY.date() + timedelta(days=n) for n in range(7)]
    Duty.objects.bulk_create(
        Duty(
            kind="duty", community=hood.community, grid=hood.grid, day=days[n % 7], status="done", opens_at=MONDAY,
            closes_at=MONDAY + timedelta(hours=1), ended_at=MONDAY,
        )
        for n in range(count)
    )  # fmt: skip
