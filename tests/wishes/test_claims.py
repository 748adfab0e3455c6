"""Claims under pressure: twenty hands on one wish, and any order of moves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from community.core.workflow import MoveError
from community.timers.models import Deadline
from community.timers.sweep import sweep
from tests.neighbourhood import account, build_town
from wishes.models import Claim, Wish

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.django_db(transaction=True)
def test_twenty_claims_at_once_give_one_holder() -> None:
    hood = build_town().ours
    claimers = [account(hood.community, "volunteer", hood.community) for _ in range(20)]
    wish = Wish.submit(by=hood.resident, community=hood.community, title="修灯", description="", now=NOW)
    wish.publish(by=hood.staff, now=NOW)

    def claim(position: int) -> bool:
        try:
            Wish.objects.get(pk=wish.pk).claim(by=claimers[position], now=NOW)
        except MoveError:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        won = list(pool.map(claim, range(20)))

    assert won.count(True) == 1
    wish.refresh_from_db()
    assert wish.handler == claimers[won.index(True)]
    assert wish.claims.running().count() == 1
    assert wish.timeline.filter(verb="claim").count() == 1


class WishMachine(RuleBasedStateMachine):
    """Any verb by anybody at any time: refused or right, never half done."""

    VERBS = (
        "publish",
        "decline",
        "claim",
        "progress",
        "fulfil",
        "give_back",
        "take_back",
        "confirm",
        "not_yet",
        "withdraw",
    )

    @initialize()
    def begin(self) -> None:
        self.town = build_town()
        hood = self.town.ours
        self.now = NOW
        self.people = [*hood.people.values(), self.town.theirs.staff, self.town.theirs.volunteer, None]
        self.wish = Wish.submit(by=hood.resident, community=hood.community, title="修灯", description="", now=NOW)

    @rule(verb=st.sampled_from(VERBS), who=st.integers(0, 12))
    def move(self, verb: str, who: int) -> None:
        person = self.people[who % len(self.people)]
        details = {"rating": 5} if verb == "confirm" else {}
        before = (self.wish.status, self.wish.timeline.count())
        allowed = verb in [move.verb for move in Wish.objects.get(pk=self.wish.pk).moves_for(person)]
        try:
            getattr(self.wish, verb)(by=person, now=self.now, note="一句话", **details)
        except MoveError:
            self.wish.refresh_from_db()
            assert not allowed
            assert (self.wish.status, self.wish.timeline.count()) == before
        else:
            assert allowed

    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)
        sweep(self.now)
        self.wish.refresh_from_db()

    @invariant()
    def the_holder_is_the_running_claim(self) -> None:
        if not hasattr(self, "wish"):
            return
        running = list(Claim.objects.running().filter(wish=self.wish))
        held = self.wish.status in (Wish.Status.CLAIMED, Wish.Status.FULFILLED)
        assert len(running) == (1 if held else 0)
        if held:
            assert running[0].claimer_id == self.wish.handler_id

    @invariant()
    def a_closed_wish_has_no_clock_and_an_open_one_has(self) -> None:
        if not hasattr(self, "wish"):
            return
        running = Deadline.objects.of(self.wish).running()
        if self.wish.closed_at:
            assert not running.exists()
            assert self.wish.due_at is None
        else:
            assert self.wish.due_at is not None


@pytest.mark.django_db
def test_no_order_of_moves_breaks_a_wish() -> None:
    from django.db import transaction

    class Fresh(WishMachine):
        def __init__(self) -> None:
            super().__init__()
            self.atomic = transaction.atomic()
            self.atomic.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    run_state_machine_as_test(Fresh, settings=settings(max_examples=15, stateful_step_count=15, deadline=None))
