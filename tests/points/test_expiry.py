"""Old points expire, the oldest first, never unannounced; what was used, held or earned later stays."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from community.notices.models import Notice
from points import closing, expiry, ledger
from points.lots import lots_of
from points.models import Account, ExpiryPolicy, Posting, issuance
from points.verification import faults
from tests.points.purses import WHY, Village, balance, purse_of, refused, sink_of

pytestmark = pytest.mark.django_db
# The policy begins on 1 January 2026, points live for 12 months, and it warns 30 days before.
BEGIN = date(2026, 1, 1)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


@pytest.fixture
def policy(village: Village) -> ExpiryPolicy:
    return ExpiryPolicy.objects.create(community=village.community, months=12, warn_days=30, begins_on=BEGIN)


def earn(user: Any, amount: int, day: date) -> Posting:
    entries = [(issuance(user.community_id), -amount), (purse_of(user), amount)]
    return ledger.post(entries, key=f"earned:{user.pk}:{day}", source=WHY, now=noon(day))


def spend(user: Any, amount: int, day: date) -> Posting:
    entries = [(purse_of(user), -amount), (sink_of(user), amount)]
    return ledger.post(entries, key=f"spent:{user.pk}:{day}", source=WHY, now=noon(day))


def run(day: date) -> expiry.Outcome:
    return expiry.run_due(noon(day))


def test_what_was_earned_first_is_spent_first(village: Village, policy: ExpiryPolicy) -> None:
    earn(village.an, 10, date(2025, 3, 1))
    earn(village.an, 5, date(2025, 9, 1))
    spend(village.an, 7, date(2025, 10, 1))
    assert run(date(2026, 3, 1)).expired == 0
    assert run(date(2026, 3, 2)).expired == 3
    assert balance(purse_of(village.an)) == 5
    assert run(date(2026, 9, 2)).expired == 5
    assert balance(purse_of(village.an)) == 0
    assert balance(sink_of(village.an)._replace(kind="expired")) == 8
    assert list(faults()) == []


def test_it_expires_once_a_day_however_often_it_runs(village: Village, policy: ExpiryPolicy) -> None:
    earn(village.an, 10, date(2025, 3, 1))
    assert [run(date(2026, 3, 2)).expired for _ in range(3)] == [10, 0, 0]
    assert [posting.reason for posting in Posting.objects.filter(key__startswith="expiry:")] == ["积分到期"]


def test_what_is_held_expires_only_once_it_is_free(village: Village, policy: ExpiryPolicy) -> None:
    earn(village.an, 10, date(2025, 3, 1))
    held = ledger.hold(purse_of(village.an), 8, key="order", source=WHY, now=noon(date(2026, 2, 1)))
    assert run(date(2026, 3, 2)).expired == 2
    ledger.release(held, key="dropped", source=WHY, now=noon(date(2026, 3, 3)))
    assert run(date(2026, 3, 4)).expired == 8


def test_who_orders_in_time_loses_no_younger_points(village: Village, policy: ExpiryPolicy) -> None:
    """The order holds the old ones. Should it be dropped, they lapse, and one was told."""
    earn(village.an, 10, date(2025, 3, 1))
    earn(village.an, 10, date(2026, 1, 20))
    held = ledger.hold(purse_of(village.an), 10, key="order", source=WHY, now=noon(date(2026, 1, 21)))
    assert run(date(2026, 2, 1)) == (0, 1)
    assert run(date(2026, 3, 2)).expired == 0
    ledger.settle(held, [(sink_of(village.an), 7)], key="got", source=WHY, now=noon(date(2026, 3, 3)))
    assert balance(purse_of(village.an)) == 13
    assert run(date(2026, 3, 4)).expired == 3


def test_what_comes_back_to_an_heir_is_earned_that_day(village: Village, policy: ExpiryPolicy) -> None:
    earn(village.an, 10, date(2025, 3, 1))
    held = ledger.hold(purse_of(village.an), 10, key="order", source=WHY, now=noon(date(2026, 1, 2)))
    closing.merge(village.an, village.bo, community=village.community, by=None, now=noon(date(2026, 2, 1)))
    got = ledger.settle(held, [(sink_of(village.an), 4)], key="got", source=WHY, now=noon(date(2026, 2, 2)))
    assert run(date(2026, 3, 2)).expired == 0
    assert [lot.left for lot in lots_of(Account.objects.get(owner=village.bo), date(2026, 3, 2))] == [6]
    assert run(date(2027, 2, 2)).expired == 0
    ledger.reverse(got, key="brought back", source=WHY, now=noon(date(2027, 2, 2)))
    assert [lot.left for lot in lots_of(Account.objects.get(owner=village.bo), date(2027, 2, 2))] == [6, 4]
    assert run(date(2027, 2, 3)).expired == 6


def test_the_day_begins_at_midnight_here(village: Village, policy: ExpiryPolicy) -> None:
    """One in the morning of the second: in Greenwich it is still the first."""
    early = datetime(2025, 3, 1, 17, tzinfo=UTC)
    entries = [(issuance(village.community.pk), -10), (purse_of(village.an), 10)]
    ledger.post(entries, key="early", source=WHY, now=early)
    assert [run(date(2026, 3, day)).expired for day in (2, 3)] == [0, 10]


def test_an_award_taken_back_does_not_shelter_older_points(village: Village, policy: ExpiryPolicy) -> None:
    earn(village.an, 10, date(2025, 3, 1))
    wrong = earn(village.an, 10, date(2025, 12, 1))
    ledger.reverse(wrong, key="undone", source=WHY, now=noon(date(2025, 12, 2)))
    assert run(date(2026, 3, 2)).expired == 10


def test_everybody_is_warned_once_in_time(village: Village, policy: ExpiryPolicy) -> None:
    earn(village.an, 10, date(2025, 3, 1))
    earn(village.bo, 4, date(2025, 9, 1))
    assert run(date(2026, 1, 29)).warned == 0
    assert run(date(2026, 1, 31)).warned == 1
    assert run(date(2026, 1, 31)).warned == run(date(2026, 2, 3)).warned == 0
    notice = Notice.objects.get()
    assert (notice.recipient, notice.title) == (village.an, "您有 10 分 将在 2026年3月2日 前到期")


def test_a_missed_day_is_made_up_for(village: Village, policy: ExpiryPolicy) -> None:
    earn(village.an, 10, date(2025, 3, 1))
    earn(village.an, 5, date(2025, 3, 8))
    assert run(date(2026, 2, 15)).warned == 1
    assert Notice.objects.get().params["amount"] == 15


def test_nothing_expires_before_a_new_policy_could_warn(village: Village, policy: ExpiryPolicy) -> None:
    earn(village.an, 10, date(2020, 1, 1))
    assert run(BEGIN) == (0, 1)
    assert run(BEGIN + timedelta(days=29)).expired == 0
    assert run(BEGIN + timedelta(days=30)).expired == 10


def test_after_its_term_and_elsewhere_nothing_expires(
    village: Village, elsewhere: Village, policy: ExpiryPolicy
) -> None:
    earn(village.an, 10, date(2025, 3, 1))
    earn(elsewhere.an, 10, date(2025, 3, 1))
    ExpiryPolicy.objects.update(ends_on=date(2026, 2, 28))
    assert run(date(2026, 3, 2)).expired == 0
    ExpiryPolicy.objects.update(ends_on=None)
    assert run(date(2026, 3, 2)).expired == 10
    assert balance(purse_of(elsewhere.an)) == 10


def test_terms_do_not_overlap(village: Village, policy: ExpiryPolicy) -> None:
    from django.db import IntegrityError

    with refused(IntegrityError, match="expiry_terms_do_not_overlap"):
        ExpiryPolicy.objects.create(community=village.community, months=6, begins_on=date(2026, 6, 1))
