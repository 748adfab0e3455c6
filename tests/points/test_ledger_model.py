"""Any sequence of postings leaves the ledger where a few dictionaries say it should be."""

from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from points import ledger
from points.models import Account, Line, Posting, Purse, issuance
from points.verification import faults
from tests.points.purses import build_village, details, purse_of, sink_of

AMOUNTS = st.integers(1, 60)
PEOPLE = st.sampled_from(["an", "bo", "cui"])


class LedgerMachine(RuleBasedStateMachine):
    """``balances`` is the whole model: purse → amount. A hold is a pair of its posting and what it holds."""

    keys = Bundle("keys")
    holds = Bundle("holds")
    posted = Bundle("posted")

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.village = build_village("1")
        self.balances: dict[Purse, int] = {}
        self.postings = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    def purse(self, who: str) -> Purse:
        return purse_of(getattr(self.village, who))

    @property
    def sink(self) -> Purse:
        return sink_of(self.village.an)

    def allowed(self, moves: dict[Purse, int]) -> bool:
        return all(p.kind == "issuance" or self.balances.get(p, 0) + change >= 0 for p, change in moves.items())

    def expect(self, moves: dict[Purse, int], make: Any) -> Posting | None:
        """Make a posting that should move exactly this, or be refused for want of means and move nothing."""
        if not self.allowed(moves):
            with pytest.raises(ledger.NotEnough), transaction.atomic():
                make()
            return None
        posting = make()
        assert posting.fresh
        for purse, change in moves.items():
            self.balances[purse] = self.balances.get(purse, 0) + change
        self.postings += 1
        return posting

    def move(self, moves: dict[Purse, int]) -> Any:
        details_ = details()
        posting = self.expect(moves, lambda: ledger.post(list(moves.items()), **details_))
        return multiple() if posting is None else posting

    @rule(target=posted, who=PEOPLE, amount=AMOUNTS)
    def award(self, who: str, amount: int) -> Any:
        return self.move({issuance(self.village.community.pk): -amount, self.purse(who): amount})

    @rule(target=posted, who=PEOPLE, amount=AMOUNTS)
    def spend(self, who: str, amount: int) -> Any:
        return self.move({self.purse(who): -amount, self.sink: amount})

    @rule(target=posted, amounts=st.permutations([("an", -7), ("bo", 3), ("cui", 4)]))
    def share(self, amounts: list[tuple[str, int]]) -> Any:
        return self.move({self.purse(who): amount for who, amount in amounts})

    @rule(target=holds, who=PEOPLE, amount=AMOUNTS)
    def hold(self, who: str, amount: int) -> Any:
        purse, details_ = self.purse(who), details()
        moves = {purse: -amount, purse.of_kind("held"): amount}
        posting = self.expect(moves, lambda: ledger.hold(purse, amount, **details_))
        return multiple() if posting is None else (posting, purse, amount)

    @rule(target=posted, held=consumes(holds), share=st.integers(1, 100))
    def settle(self, held: tuple[Posting, Purse, int], share: int) -> Any:
        posting, purse, amount = held
        spent = max(1, amount * share // 100)
        moves = {purse.of_kind("held"): -amount, self.sink: spent, purse: amount - spent}
        settled = self.expect(moves, lambda: ledger.settle(posting, [(self.sink, spent)], **details()))
        self.refuse_second_answer(posting)
        return settled

    @rule(held=consumes(holds))
    def release(self, held: tuple[Posting, Purse, int]) -> None:
        posting, purse, amount = held
        self.expect({purse.of_kind("held"): -amount, purse: amount}, lambda: ledger.release(posting, **details()))
        self.refuse_second_answer(posting)

    def refuse_second_answer(self, posting: Posting) -> None:
        with pytest.raises(ledger.AlreadyAnswered), transaction.atomic():
            ledger.release(posting, **details())

    @rule(posting=consumes(posted))
    def reverse(self, posting: Posting) -> None:
        moves: dict[Purse, int] = {}
        for line in posting.lines.select_related("account"):
            purse = line.account.purse
            purse = purse.of_kind("available") if purse.kind == "held" else purse
            moves[purse] = moves.get(purse, 0) - line.amount
        if self.expect(moves, lambda: ledger.reverse(posting, **details())):
            with pytest.raises(ledger.AlreadyAnswered), transaction.atomic():
                ledger.reverse(posting, **details())

    @rule(posting=posted, who=PEOPLE, amount=AMOUNTS)
    def repeat_a_key(self, posting: Posting, who: str, amount: int) -> None:
        if posting.kind == Posting.Kind.POST:
            entries = [(issuance(self.village.community.pk), -amount), (self.purse(who), amount)]
            again = ledger.post(entries, **details(posting.key))
            assert (again, again.fresh) == (posting, False)

    @rule(who=PEOPLE, amount=st.sampled_from([0, 1.5, True, -(10**13)]))
    def nonsense(self, who: str, amount: Any) -> None:
        with pytest.raises(ledger.Unsound), transaction.atomic():
            ledger.post([(self.purse(who), -amount), (self.sink, amount)], **details())

    @invariant()
    def balances_agree(self) -> None:
        found = {account.purse: account.balance for account in Account.objects.all()}
        assert {purse: amount for purse, amount in found.items() if amount} == {
            purse: amount for purse, amount in self.balances.items() if amount
        }
        assert sum(found.values()) == 0

    @invariant()
    def every_posting_sums_to_zero(self) -> None:
        connection.check_constraints()
        assert sum(Line.objects.values_list("amount", flat=True)) == 0
        assert Posting.objects.count() == self.postings
        assert list(faults()) == []


@pytest.mark.django_db
def test_any_sequence_of_postings_keeps_the_books() -> None:
    run_state_machine_as_test(LedgerMachine, settings=settings(max_examples=30, stateful_step_count=25))
