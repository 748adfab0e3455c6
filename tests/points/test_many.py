"""Half-yearly awards: thousands in a few statements, with the same promises as a single posting."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from points import ledger
from points.models import Account, Line, Posting, issuance
from points.verification import faults
from tests.points.purses import Village, balance, details, purse_of, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "CHUNK", 2)


def gifts(village: Village, *amounts: int) -> list[tuple[Any, int]]:
    people = (village.an, village.bo, village.cui)
    return [(purse_of(user), amount) for user, amount in zip(people, amounts, strict=True)]


def award(village: Village, *amounts: int) -> list[Posting]:
    return ledger.post_many(gifts(village, *amounts), against=issuance(village.community.pk), **details("award:2026H1"))


@pytest.mark.usefixtures("small_chunks")
def test_everybody_gets_theirs_and_the_community_owes_the_sum(village: Village) -> None:
    made = award(village, 5, 6, 7)
    assert [posting.key for posting in made] == ["award:2026H1:1", "award:2026H1:2"]
    assert [balance(purse_of(user)) for user in (village.an, village.bo, village.cui)] == [5, 6, 7]
    assert balance(issuance(village.community.pk)) == -18
    assert list(faults()) == []


@pytest.mark.usefixtures("small_chunks")
def test_what_was_interrupted_is_gone_on_with(village: Village) -> None:
    ledger.post_many(gifts(village, 5, 6, 7)[:2], against=issuance(village.community.pk), **details("award:2026H1"))
    assert [posting.fresh for posting in award(village, 5, 6, 7)] == [False, True]
    assert [posting.fresh for posting in award(village, 5, 6, 7)] == [False, False]
    assert balance(issuance(village.community.pk)) == -18


def test_another_list_under_the_same_key_is_refused(village: Village) -> None:
    award(village, 5, 6, 7)
    with refused(ledger.Unsound, match="another list"):
        award(village, 5, 6, 8)
    assert balance(purse_of(village.cui)) == 7


def test_many_can_give_as_well(village: Village) -> None:
    award(village, 5, 6, 7)
    sink = purse_of(village.an)._replace(kind=Account.Kind.EXPIRED, owner_id=None)
    ledger.post_many(gifts(village, -5, -1, -2), against=sink, **details())
    assert (balance(sink), balance(purse_of(village.an))) == (8, 0)
    with refused(ledger.NotEnough):
        ledger.post_many(gifts(village, -1, -1, -1), against=sink, **details())
    assert balance(sink) == 8


def test_a_chunk_is_one_query(village: Village) -> None:
    award(village, 1, 1, 1)
    with CaptureQueriesContext(connection) as taken:
        ledger.post_many(gifts(village, 5, 6, 7), against=issuance(village.community.pk), **details())
    assert len(taken) == 1


def test_the_balance_of_any_past_moment(village: Village) -> None:
    """Times never fall along a statement: what was dated back counts from when it was entered."""
    from datetime import timedelta

    from tests.points.purses import NOON, WHY

    for day, amount in ((1, 10), (3, 5), (2, 2), (6, 1)):
        entries = [(issuance(village.community.pk), -amount), (purse_of(village.an), amount)]
        ledger.post(entries, key=f"day:{day}", source=WHY, now=NOON + timedelta(days=day))
    account = Account.objects.get(owner=village.an)
    days = [account.balance_at(NOON + timedelta(days=day)) for day in range(8)]
    assert days == [0, 10, 10, 17, 17, 17, 18, 18]
    assert [line.at.day - NOON.day for line in Line.objects.filter(account=account).order_by("pk")] == [1, 3, 3, 6]
