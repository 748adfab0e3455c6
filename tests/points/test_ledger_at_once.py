"""Many at once: no deadlock, no posting twice, nothing lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection

from points import ledger
from points.models import Account, Posting, issuance
from points.verification import faults
from tests.points.purses import Village, balance, details, give, purse_of, sink_of

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8

T = TypeVar("T")


def at_once(work: Callable[[int], T]) -> list[T]:
    """Run ``work(0) … work(7)`` together, each on a connection of its own."""
    start = Barrier(THREADS)

    def run(number: int) -> T:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_opposite_orders_never_deadlock(village: Village) -> None:
    people = [village.an, village.bo, village.cui]
    for user in people:
        give(user, 10_000)

    def pass_round(number: int) -> None:
        ring = people if number % 2 else people[::-1]
        for step in range(25):
            giver, taker = ring[step % 3], ring[(step + 1) % 3]
            ledger.post([(purse_of(giver), -number - 1), (purse_of(taker), number + 1)], **details(f"{number}:{step}"))

    at_once(pass_round)
    assert Posting.objects.count() == 3 + THREADS * 25
    assert sum(balance(purse_of(user)) for user in people) == 30_000
    assert list(faults()) == []


def test_one_key_posted_by_all_at_once_posts_once(village: Village) -> None:
    made = at_once(lambda number: give(village.an, 10, key="wish:1"))
    assert len({posting.pk for posting in made}) == 1
    assert [posting.fresh for posting in made].count(True) == 1
    assert balance(purse_of(village.an)) == 10


def test_accounts_opened_by_all_at_once_open_once(village: Village) -> None:
    at_once(lambda number: give([village.an, village.bo][number % 2], 1))
    assert Account.objects.count() == 3
    assert balance(issuance(village.community.pk)) == -THREADS


def test_overspending_from_eight_phones_is_refused(village: Village) -> None:
    give(village.an, 50)

    def spend(number: int) -> str:
        try:
            ledger.post([(purse_of(village.an), -10), (sink_of(village.an), 10)], **details(f"phone:{number}"))
        except ledger.NotEnough:
            return "refused"
        return "spent"

    outcomes = at_once(spend)
    assert (outcomes.count("spent"), outcomes.count("refused")) == (5, 3)
    assert balance(purse_of(village.an)) == 0


def test_a_hold_answered_by_all_at_once_is_answered_once(village: Village) -> None:
    give(village.an, 50)
    held = ledger.hold(purse_of(village.an), 30, **details())

    def answer(number: int) -> str:
        try:
            if number % 2:
                ledger.release(held, **details(f"release:{number}"))
            else:
                ledger.settle(held, [(sink_of(village.an), 30)], **details(f"settle:{number}"))
        except ledger.AlreadyAnswered:
            return "late"
        return "first"

    assert at_once(answer).count("first") == 1
    assert balance(purse_of(village.an)) + balance(sink_of(village.an)) == 50
    assert list(faults()) == []
