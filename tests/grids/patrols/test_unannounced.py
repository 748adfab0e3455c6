"""联合巡园: at no time that anybody could guess, and nobody but the leader knows before it starts."""

import itertools
import random
from collections import Counter
from datetime import date, time, timedelta

import pytest
import time_machine
from django.test import Client

from community.core.workflow import NotYours
from community.dashboards import inbox
from community.directory.models import User
from community.duties import leaving
from community.duties.models import Leave, Member, Plan
from community.duties.planning import plan_ahead
from community.notices.models import Notice
from community.timers.sweep import sweep
from grids.models import Patrol
from tests.moments import SHANGHAI
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY

EARLY = MONDAY - timedelta(hours=3)


def joint_plan(hood: Hood, **more: object) -> Plan:
    facts: dict[str, object] = {
        "kind": "patrol", "community": hood.community, "grid": hood.grid, "title": "联合巡园", "starts_on": MONDAY.date(),
        "rhythm": "random", "times_a_week": 2, "lasts": 90, "opens": time(8), "closes": time(21), "secret": True,
    }  # fmt: skip
    plan = Plan.objects.create(**(facts | more))
    for place, user in enumerate((hood.worker, hood.party_member), 1):
        Member.objects.create(plan=plan, user=user, position=place)
    return plan


def drawn(weeks: int) -> list[Patrol]:
    plan_ahead(EARLY, days=7 * weeks)
    return list(Patrol.objects.order_by("opens_at"))


@pytest.mark.django_db
class TestUnpredictable:
    def test_over_three_years_no_weekday_hour_or_gap_is_preferred_or_spared(self, hood: Hood) -> None:
        joint_plan(hood)
        patrols = drawn(156)
        assert len(patrols) == 312
        weekdays = Counter(patrol.day.weekday() for patrol in patrols)
        assert len(weekdays) == 7
        assert all(15 <= count <= 85 for count in weekdays.values())  # 44.6 each; six standard deviations either way
        hours = Counter(patrol.opens_at.astimezone(SHANGHAI).hour for patrol in patrols)
        assert set(hours) == set(range(8, 20))
        gaps = Counter((later.day - one.day).days for one, later in itertools.pairwise(patrols))
        assert len(gaps) >= 8
        assert max(gaps.values()) < len(patrols) / 2

    def test_no_week_tells_the_next(self, hood: Hood) -> None:
        joint_plan(hood)
        weeks: dict[date, list[int]] = {}
        for patrol in drawn(52):
            weeks.setdefault(patrol.day - timedelta(days=patrol.day.weekday()), []).append(patrol.day.weekday())
        assert all(len(days) == 2 for days in weeks.values())
        patterns = [tuple(days) for days in weeks.values()]
        assert len(set(patterns)) > 10
        for length in (1, 2, 3, 4):
            assert patterns[length:] != patterns[:-length], f"repeats every {length} weeks"

    def test_neither_a_seed_nor_a_twin_plan_gives_it_away(self, town: Town) -> None:
        random.seed(1)
        joint_plan(town.ours)
        random.seed(1)
        joint_plan(town.theirs)
        drawn(20)
        moments = [
            list(Patrol.objects.filter(community=hood.community).order_by("day").values_list("opens_at", flat=True))
            for hood in (town.ours, town.theirs)
        ]
        assert moments[0] != moments[1]


@pytest.mark.django_db
class TestSecret:
    def patrol(self, hood: Hood) -> Patrol:
        joint_plan(hood, times_a_week=7)
        plan_ahead(EARLY)
        return Patrol.objects.get(day=MONDAY.date())

    def knows(self, client: Client, user: User, patrol: Patrol) -> set[str]:
        """Where the person meets the patrol: by its query sets, in lists, on the page, in the inbox."""
        found = set()
        if Patrol.objects.visible_to(user).filter(pk=patrol.pk).exists():
            found.add("visible")
        if Patrol.objects.waiting_for(user).filter(pk=patrol.pk).exists():
            found.add("waiting")
        address = f"/grids/patrols/{patrol.pk}/"
        if any(line.href == address for line in inbox.waiting_for(user, patrol.opens_at)):
            found.add("inbox")
        client.force_login(user)
        for name in ("/grids/today/", "/grids/patrols/", "/inbox/"):
            answer = client.get(name)
            if answer.status_code == 200 and address in answer.content.decode():
                found.add(name)
        if client.get(address).status_code != 404:
            found.add("page")
        return found

    def test_before_it_starts_the_leader_alone_knows(self, client: Client, hood: Hood) -> None:
        patrol = self.patrol(hood)
        assert patrol.assignee == hood.leader
        with time_machine.travel(patrol.opens_at, tick=False):
            for name in ("worker", "party_member", "other_worker", "resident", "volunteer"):
                assert self.knows(client, hood.people[name], patrol) == set(), name
            assert self.knows(client, hood.leader, patrol) >= {"visible", "waiting", "inbox", "page"}
            assert "visible" in self.knows(client, hood.secretary, patrol)

    def test_the_leader_alone_is_told_that_it_is_time(self, hood: Hood) -> None:
        patrol = self.patrol(hood)
        sweep(patrol.opens_at)
        assert [(n.code, n.recipient) for n in Notice.objects.all()] == [("duty.begin", hood.leader)]
        sweep(patrol.closes_at)
        told = set(Notice.objects.values_list("recipient__name", flat=True))
        assert told == {str(hood.leader), str(hood.staff), str(hood.secretary)}

    def test_nobody_else_starts_it(self, town: Town) -> None:
        patrol = self.patrol(town.ours)
        for person in (town.ours.worker, town.ours.party_member, town.theirs.leader):
            with pytest.raises(NotYours):
                patrol.start(by=person, now=patrol.opens_at)

    def test_once_started_those_who_take_part_hear_of_it_and_see_it(self, client: Client, hood: Hood) -> None:
        patrol = self.patrol(hood)
        patrol.start(by=hood.leader, now=patrol.opens_at, note="东门集合")
        told = Notice.objects.filter(code="patrol.joint")
        assert {notice.recipient for notice in told} == {hood.worker, hood.party_member}
        assert told[0].body == "东门集合"
        with time_machine.travel(patrol.opens_at, tick=False):
            for person in (hood.worker, hood.party_member):
                assert self.knows(client, person, patrol) >= {"visible", "waiting", "page"}
            assert self.knows(client, hood.volunteer, patrol) == set()

    def test_one_that_never_took_place_stays_secret(self, client: Client, hood: Hood) -> None:
        patrol = self.patrol(hood)
        sweep(patrol.closes_at)
        patrol.refresh_from_db()
        assert patrol.status == "missed"
        with time_machine.travel(patrol.closes_at, tick=False):
            assert self.knows(client, hood.worker, patrol) == set()

    def test_it_does_not_fall_to_a_worker_when_the_leader_is_away(self, hood: Hood) -> None:
        away = Leave(user=hood.leader, community=hood.community, grid=hood.grid, begins_on=MONDAY.date(),
                     ends_on=MONDAY.date(), substitute=None)  # fmt: skip
        leaving.take(away, by=hood.leader, now=EARLY)
        assert self.patrol(hood).assignee == hood.staff
