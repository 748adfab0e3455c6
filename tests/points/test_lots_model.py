"""Whatever is earned, spent, held, given back and handed over: every night takes what a plain list of lots says."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone
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

from community.notices.models import Notice
from community.timers.models import Deadline
from community.timers.sweep import sweep
from points import closing, expiry, ledger
from points.lots import lots_of
from points.models import Account, ExpiryPolicy, Posting, issuance
from points.verification import faults
from tests.points.purses import NOON, build_village, details, purse_of, refused, sink_of

MONTHS, WARN_DAYS, BEGINS = 1, 20, NOON.date() - timedelta(days=5)
LATER = st.sampled_from([0, 30])
AMOUNTS = st.integers(1, 30)
PEOPLE = st.sampled_from(["an", "bo"])


@dataclass
class Person:
    """What somebody has free and held, and every earning: its day, its amount and the posting that may be undone."""

    free: int = 0
    held: int = 0
    heir: "Person | None" = None
    earned: list[tuple[date, int, int]] = field(default_factory=list)
    told: int = 0
    lapsed: int = 0

    def earns(self, amount: int, day: date, posting: int) -> None:
        self.free += amount
        self.earned.append((day, amount, posting))

    def lots(self, have: int) -> list[tuple[int, date]]:
        """First earned, first gone: the newest earnings make up what somebody has. Oldest first."""
        found = []
        for day, amount, _posting in reversed(self.earned):
            left = min(have, amount)
            have -= left
            found += [(left, day)] if left else []
        assert have == 0, "everything was earned once"
        return found[::-1]

    def due(self, day: date, have: int) -> int:
        return sum(left for left, earned_on in self.lots(have) if earned_on < day - relativedelta(months=MONTHS))

    @property
    def at_most(self) -> int:
        """What they have if all that they hold comes back to them."""
        return self.free + (0 if self.heir else self.held)

    @property
    def last(self) -> "Person":
        return self.heir.last if self.heir else self


class LotsMachine(RuleBasedStateMachine):
    """Two people, one policy: points live a month and are told of 20 days before. No day but the nights counts."""

    posted = Bundle("posted")
    settled = Bundle("settled")
    holds = Bundle("holds")

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.village = build_village("1")
        self.policy = ExpiryPolicy.objects.create(
            community=self.village.community, months=MONTHS, warn_days=WARN_DAYS, begins_on=BEGINS
        )
        self.now = NOON
        self.warned_upto: date | None = None
        self.people = {"an": Person(), "bo": Person()}

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    def now_called(self, who: str) -> str:
        """Nobody uses an account that was merged into another; what was begun with it may still end."""
        return "bo" if self.people[who].heir else who

    def purse(self, who: str) -> Any:
        return purse_of(getattr(self.village, who))

    def told(self) -> dict[str, Any]:
        return details() | {"now": self.now}

    def post(self, who: str, amount: int, other: Any) -> Posting:
        return ledger.post([(self.purse(who), amount), (other, -amount)], **self.told())

    @rule(target=posted, who=PEOPLE, amount=AMOUNTS)
    def earn(self, who: str, amount: int) -> Any:
        who = self.now_called(who)
        posting = self.post(who, amount, issuance(self.village.community.pk))
        self.people[who].earns(amount, self.today, posting.pk)
        return posting, who, amount

    @rule(target=posted, who=PEOPLE, share=st.integers(1, 100))
    def spend(self, who: str, share: int) -> Any:
        who = self.now_called(who)
        if not (amount := self.people[who].free * share // 100):
            return multiple()
        self.people[who].free -= amount
        return self.post(who, -amount, sink_of(self.village.an)), who, -amount

    @rule(undone=consumes(posted))
    def undo(self, undone: tuple[Posting, str, int]) -> None:
        self.take_back(undone)

    def take_back(self, undone: tuple[Posting, str, int]) -> None:
        """A wrong award is no lot any more; what a wrong spending gives back is earned that day."""
        posting, who, amount = undone
        person = self.people[who].last
        if person.free < amount:
            with refused(ledger.NotEnough):
                ledger.reverse(posting, **self.told())
            return
        made = ledger.reverse(posting, **self.told())
        if amount < 0:
            return person.earns(-amount, self.today, made.pk)
        person.free -= amount
        self.people[who].earned = [earning for earning in self.people[who].earned if earning[2] != posting.pk]

    @rule(target=holds, who=PEOPLE, share=st.integers(1, 100), hours=st.sampled_from([None, 30]))
    def hold(self, who: str, share: int, hours: int | None) -> Any:
        who = self.now_called(who)
        person = self.people[who]
        if not (amount := person.free * share // 100):
            return multiple()
        until = self.now + timedelta(hours=hours) if hours else None
        held = ledger.hold(self.purse(who), amount, until=until, **self.told())
        person.free -= amount
        person.held += amount
        return held, who, amount

    @rule(target=settled, held=consumes(holds), share=st.integers(1, 100), hours=LATER)
    def settle(self, held: tuple[Posting, str, int], share: int, hours: int) -> Any:
        posting, who, amount = held
        self.now += timedelta(hours=hours)
        spent = max(1, amount * share // 100)
        made = ledger.settle(posting, [(sink_of(self.village.an), spent)], **self.told())
        assert not Deadline.objects.running().filter(hold=posting.pk).exists()
        self.comes_back(who, amount, amount - spent, made)
        return made, who, spent

    @rule(held=consumes(holds), hours=LATER)
    def release(self, held: tuple[Posting, str, int], hours: int) -> None:
        self.drop(held, hours)

    def drop(self, held: tuple[Posting, str, int], hours: int) -> None:
        posting, who, amount = held
        self.now += timedelta(hours=hours)
        if posting.until:
            assert Deadline.objects.running().filter(hold=posting.pk).update(try_at=NOON) == 1
            assert sweep(NOON).fired == 1
        else:
            ledger.release(posting, **self.told())
        self.comes_back(who, amount, amount, Posting.objects.get(answers=posting))

    def comes_back(self, who: str, held: int, back: int, made: Posting) -> None:
        """To whom held it, as what it was; to whoever took that account over, as earned that day."""
        person = self.people[who]
        person.held -= held
        if person.heir and back:
            came = made.lines.get(account__kind="available")  # the sweep's clock was set back, the account's never is
            person.last.earns(back, timezone.localdate(came.at), made.pk)
        else:
            person.free += back

    @rule(done=consumes(settled))
    def bring_back(self, done: tuple[Posting, str, int]) -> None:
        """What was collected is returned: its points count as earned that day."""
        posting, who, spent = done
        made = ledger.reverse(posting, **self.told())
        self.people[who].last.earns(spent, self.today, made.pk)

    @rule(held=consumes(holds), undone=consumes(posted), hours=LATER)
    def merge(self, held: tuple[Posting, str, int], undone: tuple[Posting, str, int], hours: int) -> None:
        """Two accounts of one person become one while an order is open; it is dropped, and something is undone, after."""
        old, new = self.people.values()
        if old.heir is None:
            village = self.village
            made = closing.merge(village.an, village.bo, community=village.community, by=None, now=self.now)
            assert len(made) == (1 if old.free else 0)
            old.heir = new
            if old.free:
                new.earns(old.free, self.today, made[0].pk)
                old.free = 0
        self.drop(held, hours)
        self.take_back(undone)

    @rule(hours=st.sampled_from([7, 13]))
    def hours_pass(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(days=st.sampled_from([1, 9, 18]))
    def nights_pass(self, days: int) -> None:
        self.now += timedelta(days=days)
        for _twice in range(2):
            outcome = expiry.run_due(self.now)
            assert outcome == (self.expect_lapses(), self.expect_warnings())
        told: dict[str, int] = {}
        for who, amount in Notice.objects.values_list("recipient__name", "params__amount"):
            told[who[:-1]] = told.get(who[:-1], 0) + amount
        assert told == {who: person.told for who, person in self.people.items() if person.told}
        assert list(faults()) == []

    def expect_lapses(self) -> int:
        gone = 0
        for person in self.people.values():
            due = person.due(self.today, person.free)
            person.free -= due
            person.lapsed += due
            gone += due
            assert person.lapsed <= person.told, "nobody loses points without a notice"
        return gone

    def expect_warnings(self) -> int:
        ahead, warned = self.today + timedelta(days=WARN_DAYS), 0
        for person in self.people.values():
            known = person.due(self.warned_upto, person.at_most) if self.warned_upto else 0
            more = person.due(ahead, person.at_most) - known
            person.told += more
            warned += bool(more)
        self.warned_upto = ahead
        return warned

    @invariant()
    def balances_agree(self) -> None:
        rows = Account.objects.exclude(owner=None).exclude(balance=0)
        found = {(name[:-1], kind): left for name, kind, left in rows.values_list("owner__name", "kind", "balance")}
        kinds = [(who, kind, getattr(person, attr)) for who, person in self.people.items()
                 for kind, attr in (("available", "free"), ("held", "held"))]  # fmt: skip
        assert found == {(who, kind): amount for who, kind, amount in kinds if amount}

    @invariant()
    def everybody_is_told_their_lots(self) -> None:
        for who, person in self.people.items():
            account = Account.objects.named([self.purse(who)]).first()
            lots = lots_of(account, self.today) if account else []
            days = [timezone.localdate(lot.line.at) for lot in lots]
            assert list(zip([lot.left for lot in lots], days, strict=True)) == person.lots(person.free)
            for lot, day in zip(lots, days, strict=True):
                assert lot.lapses_on == self.first_night(day)

    @invariant()
    def what_would_lapse_is_foreseen(self) -> None:
        """On the night that parts their earnings in two: what came before the middle day is old then, and no more."""
        days = sorted({day for person in self.people.values() for day, _amount, _posting in person.earned})
        night = days[len(days) // 2] + relativedelta(months=MONTHS) if days else self.today
        for held in (False, True):
            due = {who: p.due(night, p.at_most if held else p.free) for who, p in self.people.items()}
            expected = {getattr(self.village, who).pk: amount for who, amount in due.items() if amount}
            assert expiry.left_of_old(self.policy, night, held=held) == expected

    def first_night(self, earned_on: date) -> date:
        day = max(self.today, BEGINS + timedelta(days=WARN_DAYS))
        while day - relativedelta(months=MONTHS) <= earned_on:
            day += timedelta(days=1)
        return day

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)


@pytest.mark.django_db
def test_every_night_takes_what_the_lots_say() -> None:
    run_state_machine_as_test(LotsMachine, settings=settings(max_examples=16, stateful_step_count=25))
