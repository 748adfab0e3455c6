"""A hold with a last moment gives itself back: once, whatever else happens that moment."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from community.timers.models import Deadline
from community.timers.sweep import sweep
from points import ledger
from points.models import Account, Posting
from points.verification import faults
from tests.points.purses import NOON, WHY, Village, balance, give, purse_of, refused, sink_of
from tests.points.test_ledger_at_once import at_once

pytestmark = pytest.mark.django_db
LAST = NOON + timedelta(days=3)
AFTER = LAST + timedelta(minutes=1)


def a_hold(village: Village, key: str = "order:1", amount: int = 20) -> Posting:
    return ledger.hold(purse_of(village.an), amount, key=key, source=WHY, now=NOON, until=LAST)


@pytest.fixture
def held(village: Village) -> Posting:
    give(village.an, 30)
    return a_hold(village)


def of_an(village: Village) -> tuple[int, int]:
    return balance(purse_of(village.an)), balance(purse_of(village.an).of_kind(Account.Kind.HELD))


def test_what_is_not_collected_comes_back_once(village: Village, held: Posting) -> None:
    sweep(LAST - timedelta(minutes=1))
    assert of_an(village) == (10, 20)
    assert (sweep(AFTER).fired, sweep(AFTER).fired) == (1, 0)
    assert of_an(village) == (30, 0)
    lapse = Posting.objects.get(answers=held)
    assert (lapse.kind, lapse.reason, lapse.by) == ("release", "预留到期退回", None)
    with refused(ledger.AlreadyAnswered):
        ledger.settle(held, [(sink_of(village.an), 20)], key="late", source=WHY, now=AFTER)
    assert list(faults()) == []


@pytest.mark.parametrize("answer", ["settle", "release"])
def test_what_was_answered_in_time_does_not_lapse(village: Village, held: Posting, answer: str) -> None:
    to: dict[str, Any] = {"to": [(sink_of(village.an), 20)]} if answer == "settle" else {}
    getattr(ledger, answer)(held, **to, key="answer", source=WHY, now=NOON)
    assert Deadline.objects.get().stop_reason == answer
    assert sweep(AFTER).fired == 0
    assert Posting.objects.filter(answers=held).count() == 1


def test_held_again_under_the_same_key_it_runs_one_clock(village: Village, held: Posting) -> None:
    assert a_hold(village) == held
    assert Deadline.objects.count() == 1


def test_a_hold_without_a_last_moment_stays(village: Village) -> None:
    give(village.an, 30)
    ledger.hold(purse_of(village.an), 20, key="order:1", source=WHY, now=NOON)
    assert not Deadline.objects.exists()


def test_a_hold_does_not_lapse_before_it_begins(village: Village) -> None:
    give(village.an, 30)
    with refused(ledger.Unsound):
        ledger.hold(purse_of(village.an), 20, key="order:1", source=WHY, now=NOON, until=NOON)


@pytest.mark.django_db(transaction=True)
def test_collecting_while_it_lapses_happens_one_way_or_the_other(village: Village) -> None:
    give(village.an, 100)
    holds = [a_hold(village, f"order:{n}", 10) for n in range(10)]

    def work(number: int) -> int:
        if number % 2:
            return sweep(AFTER).fired
        won = 0
        for n, held in enumerate(holds):
            try:
                ledger.settle(held, [(sink_of(village.an), 10)], key=f"{number}:{n}", source=WHY, now=LAST)
            except ledger.AlreadyAnswered:
                continue
            won += 1
        return won

    at_once(work)
    sweep(AFTER)
    answered = Posting.objects.filter(answers__in=holds)
    assert answered.count() == 10
    settled = answered.filter(kind="settle").count()
    assert of_an(village) == (100 - 10 * settled, 0)
    assert not Deadline.objects.failed().exists()
    assert not Deadline.objects.running().exists()
    assert list(faults()) == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_hold_and_settlement_loses_nothing(village: Village) -> None:
    """Its session dies before the settlement commits: the hold stands, and lapses in its time."""
    give(village.an, 30)
    held = a_hold(village)

    def settle_and_die() -> None:
        with transaction.atomic():
            ledger.settle(held, [(sink_of(village.an), 20)], key="collected", source=WHY, now=NOON)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(OperationalError):
        settle_and_die()
    connection.close()
    assert of_an(village) == (10, 20)
    sweep(AFTER)
    assert of_an(village) == (30, 0)
    assert list(faults()) == []
