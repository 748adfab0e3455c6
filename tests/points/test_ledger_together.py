"""Any handful of moves made at the same moment, on connections of their own: as if they had come one after another."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from points import ledger, sealing
from points.models import Account, Line, Posting, Purse, Seal, issuance
from points.verification import faults
from tests.points.purses import NOON, Village, details, purse_of, sink_of
from tests.points.test_ledger_at_once import at_once

Moves = dict[Purse, int]
PEOPLE = ("an", "bo", "cui")
MOVE = st.tuples(
    st.sampled_from(["award", "spend", "pass", "hold", "settle", "release", "reverse"]),
    st.integers(0, 2),
    st.integers(1, 30),
)


class Together(RuleBasedStateMachine):
    """``balances`` is the model: what each move that was not refused says it moved. Each round has eight at once."""

    village: Village

    def __init__(self) -> None:
        super().__init__()
        # What an earlier example left stands: nothing is ever deleted from a ledger.
        self.balances: Moves = {account.purse: account.balance for account in Account.objects.all()}
        self.holds: list[tuple[Posting, Purse, int]] = []
        self.posted: list[tuple[Posting, Moves]] = []

    def purse(self, who: int) -> Purse:
        return purse_of(getattr(self.village, PEOPLE[who]))

    @rule(moves=st.lists(MOVE, min_size=8, max_size=8))
    def eight_at_once(self, moves: list[tuple[str, int, int]]) -> None:
        holds, posted = list(self.holds), list(self.posted)
        made: Any = at_once(lambda number: self.make(*moves[number], holds, posted))
        answered: set[int] = set()
        for posting, moved in filter(None, made):
            for purse, change in moved.items():
                self.balances[purse] = self.balances.get(purse, 0) + change
            if posting.answers_id is not None:
                assert posting.answers_id not in answered
                answered.add(posting.answers_id)
            self.remember(posting, moved)
        self.holds = [one for one in self.holds if one[0].pk not in answered]
        self.posted = [one for one in self.posted if one[0].pk not in answered]

    def remember(self, posting: Posting, moved: Moves) -> None:
        if posting.kind == Posting.Kind.HOLD:
            purse, amount = next((purse, -change) for purse, change in moved.items() if change < 0)
            self.holds.append((posting, purse, amount))
        elif posting.kind == Posting.Kind.POST:
            self.posted.append((posting, moved))

    def make(
        self,
        what: str,
        who: int,
        amount: int,
        holds: list[tuple[Posting, Purse, int]],
        posted: list[tuple[Posting, Moves]],
    ) -> tuple[Posting, Moves] | None:
        """The posting and what it moves; None where it was refused, or there is nothing to answer."""
        purse, sink = self.purse(who), sink_of(self.village.an)
        try:
            if what in ("settle", "release"):
                return self.answer(what, holds[amount % len(holds)], sink) if holds else None
            if what == "reverse":
                return self.undo(*posted[amount % len(posted)]) if posted else None
            if what == "hold":
                return ledger.hold(purse, amount, **details()), {purse: -amount, purse.of_kind("held"): amount}
            other = {"award": issuance(self.village.community.pk), "spend": sink, "pass": self.purse((who + 1) % 3)}[
                what
            ]
            sign = 1 if what == "award" else -1
            moved = {purse: sign * amount, other: -sign * amount}
            return ledger.post(list(moved.items()), **details()), moved
        except (ledger.NotEnough, ledger.AlreadyAnswered):
            return None

    def answer(self, what: str, held: tuple[Posting, Purse, int], sink: Purse) -> tuple[Posting, Moves]:
        posting, purse, amount = held
        if what == "settle":
            return ledger.settle(posting, [(sink, amount)], **details()), {purse.of_kind("held"): -amount, sink: amount}
        return ledger.release(posting, **details()), {purse.of_kind("held"): -amount, purse: amount}

    def undo(self, posting: Posting, moved: Moves) -> tuple[Posting, Moves]:
        return ledger.reverse(posting, **details()), {purse: -change for purse, change in moved.items()}

    @invariant()
    def the_books_are_those_of_some_order(self) -> None:
        found = {account.purse: account.balance for account in Account.objects.all()}
        assert {purse: amount for purse, amount in found.items() if amount} == {
            purse: amount for purse, amount in self.balances.items() if amount
        }
        assert sum(found.values()) == 0
        assert sum(Line.objects.values_list("amount", flat=True)) == 0
        assert all(amount >= 0 for purse, amount in found.items() if purse.kind != "issuance")
        assert list(faults()) == []

    def teardown(self) -> None:
        sealing.seal_due(NOON)
        assert list(faults()) == []
        assert sum(len(ids) for ids in Seal.objects.values_list("postings", flat=True)) == Posting.objects.count()


@pytest.mark.django_db(transaction=True)
def test_whatever_happens_at_the_same_moment_the_books_hold(village: Village) -> None:
    Together.village = village
    run_state_machine_as_test(
        Together,
        settings=settings(
            max_examples=4, stateful_step_count=5, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
