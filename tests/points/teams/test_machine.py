"""Places and hours against a plain model: any order of moves leaves nobody twice, nothing above, and the sum at zero."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from community.core.workflow import MoveError
from points.models import Account, Activity, Asset, Correction, SignUp
from tests.neighbourhood import Hood
from tests.points.purses import balance, purse_of
from tests.specimens import MONDAY
from tests.volunteer_specimens import an_activity

NEEDED, LENGTH = 2, 120
WHO = st.integers(0, 3)
MINUTES = st.sampled_from([0, 15, 60, 105, 120])


class Volunteering(RuleBasedStateMachine):
    """``places`` and ``queue`` as one would keep them on paper; ``hours`` what each has had recorded."""

    hood: Hood

    def __init__(self) -> None:
        super().__init__()
        hood = self.hood
        self.people = [hood.neighbour, hood.resident, hood.party_member, hood.partner]
        self.before = {user.pk: balance(purse_of(user, Asset.HOURS)) for user in self.people}
        self.day = Activity.objects.count()
        self.begin_anew()

    def begin_anew(self) -> None:
        starts = MONDAY + timedelta(days=1 + 2 * self.day)
        self.day += 1
        self.activity = an_activity(
            self.hood, needed=NEEDED, starts_at=starts, ends_at=starts + timedelta(minutes=LENGTH)
        )
        self.places: list[int] = []
        self.queue: list[int] = []
        self.there: set[int] = set()
        self.proposed: dict[int, int] = {}
        self.recorded: dict[int, int] = {}

    def tried(self, move: Any) -> bool:
        try:
            move()
        except MoveError:
            return False
        return True

    @precondition(lambda self: self.activity.status == "recruiting")
    @rule(who=WHO)
    def sign_up(self, who: int) -> None:
        fresh = who not in self.places + self.queue
        assert self.tried(lambda: self.activity.sign_up(by=self.people[who], now=MONDAY)) == fresh
        if fresh:
            (self.places if len(self.places) < NEEDED else self.queue).append(who)

    @precondition(lambda self: self.activity.status == "recruiting")
    @rule(who=WHO)
    def back_out(self, who: int) -> None:
        inside = who in self.places + self.queue
        assert self.tried(lambda: self.activity.back_out(by=self.people[who], now=MONDAY)) == inside
        if who in self.queue:
            self.queue.remove(who)
        elif who in self.places:
            self.places.remove(who)
            self.places += self.queue[:1]
            self.queue = self.queue[1:]

    @precondition(lambda self: self.activity.status == "recruiting")
    @rule()
    def begin(self) -> None:
        self.activity.begin(by=None, now=self.activity.starts_at)

    @precondition(lambda self: self.activity.status == "running")
    @rule(who=WHO)
    def tick(self, who: int) -> None:
        room = who in self.places or len(self.places) < NEEDED
        starts, leader = self.activity.starts_at, self.hood.volunteer
        assert self.tried(lambda: self.activity.tick(by=leader, people=[self.people[who]], now=starts)) == room
        if room:
            self.places += [] if who in self.places else [who]
            self.queue = [one for one in self.queue if one != who]
            self.there.add(who)

    @precondition(lambda self: self.activity.status == "running")
    @rule()
    def end(self) -> None:
        self.activity.end(by=None, now=self.activity.ends_at)

    @precondition(lambda self: self.activity.status in ("ended", "proposed"))
    @rule(minutes=st.lists(MINUTES, min_size=4, max_size=4))
    def propose(self, minutes: list[int]) -> None:
        hours = {user.pk: minutes[n] for n, user in enumerate(self.people)}
        now, leader = self.activity.ends_at, self.hood.volunteer
        done = self.tried(lambda: self.activity.propose(by=leader, hours=hours, note="已核对", now=now))
        assert done == bool(self.there)
        if done:
            self.proposed = {who: minutes[who] for who in self.there}
        else:
            self.activity.cancel(by=leader, note="没人来", now=now)
            self.begin_anew()

    @precondition(lambda self: self.activity.status == "proposed")
    @rule()
    def confirm(self) -> None:
        assert not self.tried(lambda: self.activity.confirm(by=self.hood.volunteer, now=self.activity.ends_at))
        self.activity.confirm(by=self.hood.staff, now=self.activity.ends_at)
        self.recorded = dict(self.proposed)
        for who, minutes in self.recorded.items():
            self.before[self.people[who].pk] += minutes

    @precondition(lambda self: self.activity.status == "recorded")
    @rule(who=WHO, minutes=MINUTES)
    def correct(self, who: int, minutes: int) -> None:
        if who not in self.recorded or self.recorded[who] == minutes:
            return
        row = self.activity.sign_ups.standing().get(user=self.people[who])
        asked = Correction.ask(
            by=self.hood.volunteer, sign_up=row, minutes=minutes, note="核对", now=self.activity.ends_at
        )
        asked.agree(by=self.hood.staff, now=self.activity.ends_at)
        self.before[self.people[who].pk] += minutes - self.recorded[who]
        self.recorded[who] = minutes

    @precondition(lambda self: self.activity.status == "recorded")
    @rule()
    def another(self) -> None:
        self.begin_anew()

    @invariant()
    def places_are_as_on_paper(self) -> None:
        rows = list(self.activity.sign_ups.standing().values_list("user", "waiting"))
        ids = [user.pk for user in self.people]
        assert {user for user, waiting in rows if not waiting} == {ids[who] for who in self.places}
        assert [user for user, waiting in rows if waiting] == [ids[who] for who in self.queue]
        assert len(self.places) <= NEEDED

    @invariant()
    def hours_are_as_on_paper_and_come_from_nowhere_else(self) -> None:
        assert {user.pk: balance(purse_of(user, Asset.HOURS)) for user in self.people} == self.before
        assert sum(Account.objects.filter(asset=Asset.HOURS).values_list("balance", flat=True)) == 0
        assert not SignUp.objects.filter(minutes__gt=LENGTH).exists()


@pytest.mark.django_db
def test_places_and_hours_hold_in_any_order(hood: Hood) -> None:
    Volunteering.hood = hood
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    run_state_machine_as_test(
        Volunteering,
        settings=settings(
            max_examples=8, stateful_step_count=20, deadline=None, derandomize=True, suppress_health_check=checks
        ),
    )
