"""Seals take in every committed posting exactly once, in an order that stays, whoever posts meanwhile."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from points import chain, receipts, sealing
from points.models import Line, Posting, Seal
from points.verification import faults
from tests.points.purses import NOON, Village, give, refused
from tests.points.tampering import tamper
from tests.points.test_ledger_at_once import at_once

ALL = sealing.END_OF_NUMBERS


def sealed(village: Village) -> list[int]:
    lists = Seal.objects.filter(community=village.community).order_by("number").values_list("postings", flat=True)
    return [pk for one in lists for pk in one]


def test_each_round_seals_what_came_since(village: Village, elsewhere: Village) -> None:
    first = [give(village.an, n).pk for n in (1, 2, 3)]
    foreign = give(elsewhere.an, 9)
    assert sealing.seal_due(NOON, below=ALL) == 4
    assert sealing.seal_due(NOON, below=ALL) == 0
    later = give(village.bo, 4)
    sealing.seal_due(NOON + timedelta(minutes=1), below=ALL)
    assert sealed(village) == [*first, later.pk]
    assert sealed(elsewhere) == [foreign.pk]
    one, two = Seal.objects.filter(community=village.community).order_by("number")
    assert bytes(two.previous) == bytes(one.chain) != bytes(two.chain)
    assert list(faults()) == []


def test_a_long_list_makes_several_seals(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MOST", 3)
    made = [give(village.an, 1).pk for _ in range(7)]
    sealing.seal_due(NOON, below=ALL)
    assert [len(seal.postings) for seal in Seal.objects.order_by("number")] == [3, 3, 1]
    assert sealed(village) == made
    assert list(faults()) == []


def test_nothing_of_a_running_transaction_is_sealed(village: Village) -> None:
    """The test's own transaction is one."""
    give(village.an, 1)
    assert sealing.seal_due(NOON) == 0


def test_without_news_a_round_costs_two_queries(village: Village) -> None:
    give(village.an, 1)
    sealing.seal_due(NOON, below=ALL)
    with CaptureQueriesContext(connection) as taken:
        sealing.seal_due(NOON, below=Seal.objects.get().upto_xact + 1)
    assert len([query for query in taken if "points_seal" in query["sql"]]) == 2


def test_anybody_can_make_a_seal_again(village: Village) -> None:
    """With nothing but SHA-256 and the texts."""
    for n in range(1, 6):
        give(village.an, n)
    sealing.seal_due(NOON, below=ALL)
    seal = Seal.objects.get()
    texts = [receipts._text(pk) for pk in seal.postings]
    assert json.loads(texts[0])[2:5] == [Posting.objects.get(pk=seal.postings[0]).key, "post", "测试"]
    a, b, c, d, e = (sha256(b"\0" + text.encode()).digest() for text in texts)

    def join(left: bytes, right: bytes) -> bytes:
        return sha256(b"\1" + left + right).digest()

    root = join(join(join(a, b), join(c, d)), e)
    assert bytes(seal.root) == root
    link = sha256(b"\2" + bytes(32) + root + f"{village.community.pk}:1:5".encode()).digest()
    assert bytes(seal.chain) == link


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 8, 33])
def test_every_leaf_has_a_path_to_the_root(count: int) -> None:
    leaves = [chain.leaf(str(n)) for n in range(count)]
    top = chain.root(leaves)
    for n, leaf in enumerate(leaves):
        assert chain.climb(leaf, chain.path(leaves, n)) == top
        assert chain.climb(chain.leaf("x"), chain.path(leaves, n)) != top


def test_the_database_refuses_a_seal_that_does_not_continue_the_chain(village: Village) -> None:
    give(village.an, 1)
    sealing.seal_due(NOON, below=ALL)
    seal = Seal.objects.get()
    for wrong in ({"number": 3}, {"number": 1}, {"number": 2, "previous": bytes(32)},
                  {"number": 2, "sealed_at": NOON - timedelta(days=1)}):  # fmt: skip
        facts = {name: getattr(seal, name) for name in (
            "community_id", "postings", "leaves", "root", "chain", "first_id", "last_id", "upto_xact", "upto_id", "sealed_at",
        )}  # fmt: skip
        with refused(DatabaseError, match="does not continue the chain|seal_number_once"):
            Seal.objects.create(**facts | {"previous": seal.chain} | wrong)


def test_a_database_moved_to_another_server_goes_on(village: Village) -> None:
    """There transactions count from a lower number; what was posted but not sealed before the move is sealed first."""
    first = give(village.an, 1)
    sealing.seal_due(NOON, below=ALL)
    left_over = give(village.an, 2)
    lift = 10**9
    tamper("UPDATE points_posting SET xact = xact + %s", lift)
    tamper("UPDATE points_seal SET upto_xact = upto_xact + %s", lift)
    fresh = give(village.bo, 3)
    sealing.seal_due(NOON, below=fresh.xact + 1)
    later = give(village.bo, 4)
    sealing.seal_due(NOON, below=fresh.xact + 1)
    assert sealed(village) == [first.pk, left_over.pk, fresh.pk, later.pk]
    assert "is not what was sealed" in next(fault.what for fault in faults() if fault.pk == first.pk)
    assert [fault.pk for fault in faults()] == [first.pk]
    code = receipts.code_of(Line.objects.get(posting=later, account__owner=village.bo))
    assert receipts.proof_of(code).sound  # type: ignore[union-attr]


@contextmanager
def another_session() -> Iterator[None]:
    """A transaction of its own beside the test's, through a second connection."""
    from django.db import connections

    other = connections.create_connection("default")
    mine, connections["default"] = connections["default"], other
    try:
        yield
    finally:
        connections["default"] = mine
        other.close()


@pytest.mark.django_db(transaction=True)
def test_a_posting_that_commits_late_is_sealed_next_and_never_skipped(village: Village) -> None:
    with transaction.atomic():
        late = give(village.an, 1)
        with another_session():
            early = give(village.bo, 2, asset="hours")
            assert late.pk < early.pk
            assert sealing.seal_due(NOON) == 0
    assert sealing.seal_due(NOON) == 2
    assert sorted(sealed(village)) == [late.pk, early.pk]
    assert list(faults()) == []


@pytest.mark.django_db(transaction=True)
def test_sealing_while_eight_post_takes_each_once(village: Village) -> None:
    people = [village.an, village.bo, village.cui]

    def work(number: int) -> None:
        for step in range(12):
            if number == 0:
                sealing.seal_due(NOON)
            else:
                give(people[(number + step) % 3], 1, key=f"{number}:{step}")

    at_once(work)
    sealing.seal_due(NOON)
    assert sorted(sealed(village)) == sorted(Posting.objects.values_list("pk", flat=True))
    assert len(sealed(village)) == 84
    assert list(faults()) == []
