"""Any sequence of postings leaves the ledger where a few dictionaries say it should be."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.db import connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from community.timers.models import Deadline
from community.timers.sweep import sweep
from points import expiry, ledger, sealing
from points.models import Account, ExpiryPolicy, Line, Posting, Purse, Seal, issuance
from points.verification import faults
from tests.points.purses import NOON, build_village, details, purse_of, sink_of
from tests.points.tampering import tamper

HOUR = timedelta(hours=1)
AMOUNTS = st.integers(1, 60)
PEOPLE = st.sampled_from(["an", "bo", "cui"])


class LedgerMachine(RuleBasedStateMachine):
    """``balances`` is the whole model: purse → amount. A hold is a pair of its posting and what it holds.

    ``earned`` tells of each person by day what came, for the points that expire: the policy lets them live a month.
    """

    keys = Bundle("keys")
    holds = Bundle("holds")
    posted = Bundle("posted")
    lapsing = Bundle("lapsing")

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.village = build_village("1")
        ExpiryPolicy.objects.create(
            community=self.village.community, months=1, warn_days=1, begins_on=NOON.date() - timedelta(days=9)
        )
        self.now = NOON
        self.balances: dict[Purse, int] = {}
        self.earned: list[tuple[Posting, Purse, int]] = []
        self.taken_back: set[int] = set()
        self.postings = 0
        self.awards: dict[str, dict[str, int]] = {}
        for who in ("an", "bo", "cui"):
            self.move({issuance(self.village.community.pk): -40, self.purse(who): 40})

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

    def told(self, key: str = "") -> dict[str, Any]:
        return details(key) | {"now": self.now}

    def came(self, posting: Posting | None, moves: dict[Purse, int]) -> None:
        """What counts as earned: points that a posting or a reversal brought, not what comes back from a hold."""
        if posting is not None:
            self.earned += [(posting, purse, n) for purse, n in moves.items() if n > 0 and purse.kind == "available"]

    def move(self, moves: dict[Purse, int]) -> Any:
        details_ = self.told()
        posting = self.expect(moves, lambda: ledger.post(list(moves.items()), **details_))
        self.came(posting, moves)
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
        purse, details_ = self.purse(who), self.told()
        moves = {purse: -amount, purse.of_kind("held"): amount}
        posting = self.expect(moves, lambda: ledger.hold(purse, amount, **details_))
        return multiple() if posting is None else (posting, purse, amount)

    @rule(target=posted, held=consumes(holds), share=st.integers(1, 100))
    def settle(self, held: tuple[Posting, Purse, int], share: int) -> Any:
        posting, purse, amount = held
        spent = max(1, amount * share // 100)
        moves = {purse.of_kind("held"): -amount, self.sink: spent, purse: amount - spent}
        settled = self.expect(moves, lambda: ledger.settle(posting, [(self.sink, spent)], **self.told()))
        self.refuse_second_answer(posting)
        return settled

    @rule(held=consumes(holds))
    def release(self, held: tuple[Posting, Purse, int]) -> None:
        posting, purse, amount = held
        self.expect({purse.of_kind("held"): -amount, purse: amount}, lambda: ledger.release(posting, **self.told()))
        self.refuse_second_answer(posting)

    def refuse_second_answer(self, posting: Posting) -> None:
        with pytest.raises(ledger.AlreadyAnswered), transaction.atomic():
            ledger.release(posting, **self.told())

    @rule(posting=consumes(posted))
    def reverse(self, posting: Posting) -> None:
        moves: dict[Purse, int] = {}
        for line in posting.lines.select_related("account"):
            purse = line.account.purse
            purse = purse.of_kind("available") if purse.kind == "held" else purse
            moves[purse] = moves.get(purse, 0) - line.amount
        if made := self.expect(moves, lambda: ledger.reverse(posting, **self.told())):
            self.taken_back.add(posting.pk)
            self.came(made, moves)
            with pytest.raises(ledger.AlreadyAnswered), transaction.atomic():
                ledger.reverse(posting, **self.told())

    @rule(target=lapsing, who=PEOPLE, amount=AMOUNTS)
    def hold_for_a_while(self, who: str, amount: int) -> Any:
        purse, details_ = self.purse(who), self.told()
        moves = {purse: -amount, purse.of_kind("held"): amount}
        posting = self.expect(moves, lambda: ledger.hold(purse, amount, until=self.now + HOUR, **details_))
        return multiple() if posting is None else (posting, purse, amount)

    @rule(held=consumes(lapsing), settled=st.booleans())
    def settle_or_let_lapse(self, held: tuple[Posting, Purse, int], settled: bool) -> None:
        """Through the sweep: the others' time has not come where this one's was set back."""
        posting, purse, amount = held
        if settled:
            moves = {purse.of_kind("held"): -amount, self.sink: amount}
            self.expect(moves, lambda: ledger.settle(posting, [(self.sink, amount)], **self.told()))
            assert not Deadline.objects.running().filter(hold=posting.pk).exists()
        else:
            Deadline.objects.filter(hold=posting.pk).update(try_at=NOON)
            assert sweep(NOON).fired == 1
            self.balances[purse] += amount
            self.balances[purse.of_kind("held")] -= amount
            self.postings += 1
        self.refuse_second_answer(posting)

    @rule(gifts=st.dictionaries(PEOPLE, AMOUNTS, min_size=1), key=st.sampled_from(["first", "second"]))
    def award_many(self, gifts: dict[str, int], key: str) -> None:
        entries = [(self.purse(who), amount) for who, amount in gifts.items()]
        give = partial(ledger.post_many, entries, against=issuance(self.village.community.pk), **self.told(key))
        if key not in self.awards:
            self.awards[key] = gifts
            for purse, amount in [*entries, (issuance(self.village.community.pk), -sum(gifts.values()))]:
                self.balances[purse] = self.balances.get(purse, 0) + amount
            self.postings += 1
            self.came(give()[0], dict(entries))
        elif self.awards[key] != gifts:
            with pytest.raises(ledger.Unsound):
                give()
            return
        give()

    @rule(days=st.sampled_from([1, 20, 40]))
    def days_pass_and_points_expire(self, days: int) -> None:
        """Of what each has free, the newest earnings are there: what is held is the oldest. Older points expire."""
        self.now += timedelta(days=days)
        first = self.now.date() - relativedelta(months=1)
        gone: dict[Purse, int] = {}
        for who in ("an", "bo", "cui"):
            purse = self.purse(who)
            lately = sum(n for posting, to, n in self.earned if to == purse and self.is_of(posting, first))
            if (old := self.balances.get(purse, 0) - lately) > 0:
                gone[purse] = old
        for purse, amount in gone.items():
            self.balances[purse] -= amount
        drain = self.sink._replace(kind="expired")
        self.balances[drain] = self.balances.get(drain, 0) + sum(gone.values())
        self.postings += 1 if gone else 0
        assert expiry.run_due(self.now).expired == sum(gone.values())
        assert expiry.run_due(self.now).expired == 0

    def is_of(self, posting: Posting, first: date) -> bool:
        """Earned since that day, and not taken back."""
        return posting.at.date() >= first and posting.pk not in self.taken_back

    @rule()
    def seal(self) -> None:
        sealing.seal_due(self.now, below=sealing.END_OF_NUMBERS)
        sealed = [pk for ids in Seal.objects.order_by("number").values_list("postings", flat=True) for pk in ids]
        assert sealed == list(Posting.objects.order_by("xact", "pk").values_list("pk", flat=True))

    @precondition(lambda self: Seal.objects.exists())
    @rule(data=st.data())
    def forge_words(self, data: st.DataObject) -> None:
        """Somebody changes a sealed posting; the verifier names it and no other; it is put right again."""
        pk = data.draw(st.sampled_from(sorted(Seal.objects.first().postings)))  # type: ignore[union-attr]
        tamper("UPDATE points_posting SET words = words || '!' WHERE id = %s", pk)
        assert [(fault.table, fault.pk) for fault in faults()] == [("posting", pk)]
        tamper("UPDATE points_posting SET words = left(words, -1) WHERE id = %s", pk)

    @rule(posting=posted, who=PEOPLE, amount=AMOUNTS)
    def repeat_a_key(self, posting: Posting, who: str, amount: int) -> None:
        if posting.kind == Posting.Kind.POST:
            entries = [(issuance(self.village.community.pk), -amount), (self.purse(who), amount)]
            again = ledger.post(entries, **self.told(posting.key))
            assert (again, again.fresh) == (posting, False)

    @rule(who=PEOPLE, amount=st.sampled_from([0, 1.5, True, -(10**13)]))
    def nonsense(self, who: str, amount: Any) -> None:
        with pytest.raises(ledger.Unsound), transaction.atomic():
            ledger.post([(self.purse(who), -amount), (self.sink, amount)], **self.told())

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
    run_state_machine_as_test(LedgerMachine, settings=settings(max_examples=20, stateful_step_count=25))
