"""Accounts that end or become one while everybody is given points and old ones lapse: nobody waits in a ring."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from community.directory.models import User
from points import closing, expiry, ledger
from points.models import Account, Asset, Award, ExpiryPolicy, Posting, issuance
from points.rulebook.giving import hold_people
from points.verification import faults
from tests.neighbourhood import Town
from tests.points.purses import NOON, WHY, Village, balance, details, give, purse_of
from tests.points.test_ledger_at_once import at_once
from tests.specimens import MONDAY, an_award

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + timedelta(days=70)


def test_merging_leaving_lapsing_and_giving_to_all_at_once(village: Village) -> None:
    here, count = village.community, 24
    people = User.objects.bulk_create(User(username=f"m{n}", name=f"m{n}", community=here) for n in range(count))
    for user in people:
        give(user, 10)
        give(user, 60, asset=Asset.HOURS)
        ledger.hold(purse_of(user), 3, until=LATER, **details())
    ledger.post([(purse_of(people[0]), -1), (purse_of(people[0])._replace(kind="expired", owner_id=None), 1)],
                **details())  # fmt: skip
    begins = (NOON - timedelta(days=30)).date()
    ExpiryPolicy.objects.create(community=here, months=1, warn_days=7, begins_on=begins)

    def change(number: int) -> None:
        for nth in range(number, count, 8):
            if number < 3:  # numbers 5 to 7 stay: one account was opened before it, the other after it
                closing.merge(people[nth], people[(nth + 5) if nth < 8 else 5], community=here, by=None, now=LATER)
            else:
                closing.close(people[nth], community=here, by=None, now=LATER, heir=None if nth % 2 else people[7])

    def give_all(number: int) -> None:
        for turn in range(6):
            gifts = [(purse_of(user), 1) for user in people]
            against = issuance(here.pk)
            ledger.post_many(gifts, against=against, key=f"all:{number}:{turn}", source=WHY, now=LATER)

    def record(number: int) -> None:
        """As when hours are confirmed: for each of several people hours first, then the points of a rule."""
        for turn in range(6):
            some = people[turn::4]
            with transaction.atomic():
                hold_people(user.pk for user in some)
                ledger.lock(here.pk, [user.pk for user in some], "issuance")
                for user in some[::-1]:
                    for asset in (Asset.HOURS, Asset.POINTS):
                        give(user, 1, f"served:{turn}:{user.pk}:{asset}", asset)

    def lapse(number: int) -> None:
        for turn in range(6):
            expiry.run_due(LATER + timedelta(days=turn))

    work: list[Callable[[int], None]] = [change, change, change, change, change, give_all, record, lapse]
    at_once(lambda number: work[number](number))
    assert Posting.objects.filter(key__startswith="expiry:").exists()
    balances = Account.objects.values_list("kind", "balance")
    assert sum(amount for _kind, amount in balances) == 0
    assert list(faults()) == []


def test_awards_and_deductions_of_one_member_at_once(town: Town) -> None:
    hood = town.ours
    give(hood.resident, 1)  # so that the source stands before the member, as it does for all but the first
    give(hood.volunteer, 100)
    awards = [an_award(hood, amount=1 if number % 2 else -1).pk for number in range(8 * 6)]

    def decide(number: int) -> None:
        for pk in awards[number::8]:
            Award.objects.get(pk=pk).approve(by=hood.secretary, now=MONDAY)

    at_once(decide)
    assert balance(purse_of(hood.volunteer)) == 100
    assert list(faults()) == []
