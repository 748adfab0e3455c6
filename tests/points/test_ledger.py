"""What the ledger does, what it refuses, and what it costs."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from points import ledger
from points.models import Account, Asset, Line, Posting, issuance
from points.verification import faults
from tests.points.purses import NOON, WHY, Village, balance, details, give, purse_of, refused, sink_of


@pytest.fixture
def sound_after(db):
    """At the end the database checks the deferred sums, and the verifier finds nothing."""
    yield
    connection.check_constraints()
    assert list(faults()) == []


pytestmark = pytest.mark.usefixtures("sound_after")


def test_points_given_are_owed_by_the_community(village: Village) -> None:
    posting = give(village.an, 10)
    assert posting.fresh
    assert balance(purse_of(village.an)) == 10
    assert balance(issuance(village.community.pk)) == -10
    assert {(line.account.kind, line.amount, line.balance) for line in posting.lines.all()} == {
        ("issuance", -10, -10),
        ("available", 10, 10),
    }


def test_a_key_posts_once(village: Village) -> None:
    first = give(village.an, 10, key="wish:1")
    again = give(village.an, 99, key="wish:1")
    assert (again, again.fresh) == (first, False)
    assert balance(purse_of(village.an)) == 10


def test_the_same_key_in_another_community_is_another_posting(village: Village, elsewhere: Village) -> None:
    assert give(village.an, 10, key="wish:1") != give(elsewhere.an, 10, key="wish:1")


def test_a_key_may_not_serve_two_purposes(village: Village) -> None:
    give(village.an, 10, key="wish:1")
    with refused(ledger.Unsound, match="belongs to another"):
        ledger.hold(purse_of(village.an), 5, **details("wish:1"))


def test_nobody_spends_what_they_do_not_have(village: Village) -> None:
    give(village.an, 10)
    with refused(ledger.NotEnough, match="余额不足"):
        ledger.post([(purse_of(village.an), -11), (sink_of(village.an), 11)], **details("too much"))
    assert balance(purse_of(village.an)) == 10
    assert not Posting.objects.filter(key="too much").exists()


def test_a_hold_keeps_points_until_they_are_spent_or_given_back(village: Village) -> None:
    mine, held = purse_of(village.an), purse_of(village.an).of_kind(Account.Kind.HELD)
    give(village.an, 30)
    first = ledger.hold(mine, 20, **details())
    assert (balance(mine), balance(held)) == (10, 20)
    ledger.settle(first, [(sink_of(village.an), 15)], **details())
    assert (balance(mine), balance(held), balance(sink_of(village.an))) == (15, 0, 15)

    second = ledger.hold(mine, 15, **details())
    ledger.release(second, **details())
    assert (balance(mine), balance(held)) == (15, 0)


def test_what_is_held_cannot_be_spent_elsewhere(village: Village) -> None:
    give(village.an, 30)
    ledger.hold(purse_of(village.an), 20, **details())
    with refused(ledger.NotEnough):
        ledger.hold(purse_of(village.an), 11, **details())


def test_a_hold_is_answered_once(village: Village) -> None:
    give(village.an, 30)
    held = ledger.hold(purse_of(village.an), 20, **details())
    settled = ledger.settle(held, [(sink_of(village.an), 20)], **details("collected"))
    assert ledger.settle(held, [(sink_of(village.an), 20)], **details("collected")) == settled
    with refused(ledger.AlreadyAnswered):
        ledger.release(held, **details())
    assert balance(purse_of(village.an)) == 10


def test_a_hold_never_pays_more_than_it_holds(village: Village) -> None:
    give(village.an, 30)
    held = ledger.hold(purse_of(village.an), 20, **details())
    with refused(ledger.Unsound, match="20 are held"):
        ledger.settle(held, [(sink_of(village.an), 21)], **details())


def test_a_mistake_is_reversed_once_and_stays_readable(village: Village) -> None:
    wrong = give(village.an, 10)
    undone = ledger.reverse(wrong, **details())
    assert undone.answers == wrong
    assert balance(purse_of(village.an)) == 0
    assert Line.objects.filter(account__owner=village.an).count() == 2
    with refused(ledger.AlreadyAnswered):
        ledger.reverse(wrong, **details())
    with refused(ledger.Unsound):
        ledger.reverse(undone, **details())


def test_points_already_spent_cannot_be_taken_back(village: Village) -> None:
    wrong = give(village.an, 10)
    ledger.post([(purse_of(village.an), -4), (sink_of(village.an), 4)], **details())
    with refused(ledger.NotEnough):
        ledger.reverse(wrong, **details())


def test_undoing_a_settlement_gives_the_points_back_free(village: Village) -> None:
    give(village.an, 30)
    held = ledger.hold(purse_of(village.an), 20, **details())
    settled = ledger.settle(held, [(sink_of(village.an), 15)], **details())
    ledger.reverse(settled, **details())
    assert balance(purse_of(village.an)) == 30
    assert balance(purse_of(village.an).of_kind(Account.Kind.HELD)) == 0


def test_points_and_hours_never_mix(village: Village) -> None:
    give(village.an, 10)
    give(village.an, 120, asset=Asset.HOURS)
    with refused(ledger.Unsound, match="sum to zero"):
        ledger.post([(purse_of(village.an), -10), (purse_of(village.an, Asset.HOURS), 10)], **details())


@pytest.mark.parametrize("amount", [0, 1.0, True, "10", None, 10**12 + 1, float("nan")])
def test_an_amount_is_a_sensible_whole_number(village: Village, amount: object) -> None:
    entries: Any = [(purse_of(village.bo), amount), (purse_of(village.an), amount)]
    with refused(ledger.Unsound, match="whole number"):
        ledger.post(entries, **details())
    assert not Posting.objects.exists()


def test_entries_must_be_a_posting(village: Village, elsewhere: Village) -> None:
    ours, theirs = purse_of(village.an), purse_of(elsewhere.an)
    source = issuance(village.community.pk)
    for entries in ([], [(ours, 5)], [(source, -5), (ours, 4)], [(ours, 5), (ours, -5)], [(ours, -5), (theirs, 5)]):
        with refused(ledger.Unsound):
            ledger.post(entries, **details())
    for key in ("", "k" * 121):
        with refused(ledger.Unsound):
            ledger.post([(source, -5), (ours, 5)], key=key, source=WHY, now=NOON)


def test_only_a_free_purse_can_be_held(village: Village) -> None:
    give(village.an, 10)
    for purse, amount in ((issuance(village.community.pk), 5), (purse_of(village.an), -5)):
        with refused(ledger.Unsound):
            ledger.hold(purse, amount, **details())


def queries_of(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as taken:
        work()
    return len(taken)


def test_a_posting_is_one_query_whatever_its_size(village: Village) -> None:
    people = [village.an, village.bo, village.cui]
    assert queries_of(lambda: give(village.an, 10, key="first")) == 4
    assert queries_of(lambda: give(village.an, 10)) == 1
    assert queries_of(lambda: give(village.an, 10, key="first")) == 2
    for user in people:
        give(user, 1)
    entries = [(issuance(village.community.pk), -3), *[(purse_of(user), 1) for user in people]]
    assert queries_of(lambda: ledger.post(entries, **details())) == 1


def test_an_answer_reads_the_posting_first(village: Village) -> None:
    give(village.an, 30)
    first = ledger.hold(purse_of(village.an), 20, **details())
    ledger.settle(first, [(sink_of(village.an), 20)], **details())
    held = ledger.hold(purse_of(village.an), 5, **details())
    other = ledger.hold(purse_of(village.an), 5, **details())
    assert queries_of(lambda: ledger.settle(held, [(sink_of(village.an), 3)], **details())) == 2
    assert queries_of(lambda: ledger.release(other, **details())) == 2


def write_raw(village: Village, accounts: Iterable[Account], amounts: Iterable[int]) -> None:
    """A posting that goes round the door."""
    posting = Posting.objects.create(community=village.community, key="raw", kind="post", words="x", at=NOON)
    add_lines(posting, accounts, amounts)
    connection.check_constraints()


def add_lines(posting: Posting, accounts: Iterable[Account], amounts: Iterable[int]) -> None:
    pairs = zip(accounts, amounts, strict=False)
    Line.objects.bulk_create(
        Line(posting=posting, account=to, amount=amount, balance=0, at=NOON) for to, amount in pairs
    )


def test_the_database_refuses_to_rewrite_history(village: Village) -> None:
    give(village.an, 10)
    rewrites: list[Callable[[], object]] = [
        lambda: Posting.objects.update(words="x"),
        lambda: Line.objects.update(amount=99),
        lambda: Posting.objects.all()._raw_delete("default"),
        lambda: Line.objects.all()._raw_delete("default"),
    ]
    for rewrite in rewrites:
        with refused(IntegrityError, match="append-only"):
            rewrite()


def test_the_database_refuses_a_balance_below_zero(village: Village) -> None:
    give(village.an, 10)
    with refused(IntegrityError, match="account_never_below_zero"):
        Account.objects.filter(owner=village.an).update(balance=-1)
    with refused(IntegrityError, match="account_owner_by_kind"):
        Account.objects.create(community=village.community, kind="issuance", asset="points", owner=village.an)


@pytest.mark.parametrize("amounts", [(), (5,), (5, -4), (5, -5, 1)])
def test_the_database_refuses_an_unbalanced_posting(village: Village, amounts: tuple[int, ...]) -> None:
    for user in (village.an, village.bo, village.cui):
        give(user, 10)
    with refused(IntegrityError, match="does not balance"):
        write_raw(village, Account.objects.filter(kind="available"), amounts)


def test_the_database_refuses_a_posting_across_communities(village: Village, elsewhere: Village) -> None:
    give(village.an, 10)
    give(elsewhere.an, 10)
    with refused(IntegrityError, match="does not balance"):
        write_raw(village, Account.objects.filter(kind="available"), (5, -5))


@pytest.mark.django_db(transaction=True)
def test_a_committed_posting_takes_no_more_lines(village: Village) -> None:
    posting = give(village.an, 10)
    give(village.bo, 10)
    give(village.cui, 10)
    late = Account.objects.filter(owner__in=[village.bo, village.cui])
    with refused(IntegrityError, match="is closed"):
        add_lines(posting, late, (5, -5))
