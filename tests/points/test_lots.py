"""What is left of each earning, and the day it lapses: the same that the night's run takes, told beforehand."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from points import expiry, ledger
from points.lots import lapse_of, lots_of
from points.models import Account, ExpiryPolicy, issuance
from tests.points.purses import WHY, Village, purse_of, sink_of
from tests.points.test_expiry import BEGIN, earn, noon, spend

pytestmark = pytest.mark.django_db
TODAY = date(2026, 2, 20)


@pytest.fixture
def policy(village: Village) -> ExpiryPolicy:
    return ExpiryPolicy.objects.create(community=village.community, months=12, warn_days=30, begins_on=BEGIN)


def lots(user: Any, today: date = TODAY) -> list[tuple[int, date | None]]:
    account = Account.objects.get(owner=user, kind="available", asset="points")
    return [(lot.left, lot.lapses_on) for lot in lots_of(account, today)]


def test_what_is_left_of_each_earning_and_when_it_lapses(village: Village, policy: ExpiryPolicy) -> None:
    earn(village.an, 10, date(2025, 3, 1))
    earn(village.an, 5, date(2025, 9, 1))
    spend(village.an, 7, date(2025, 10, 1))
    assert lots(village.an) == [(3, date(2026, 3, 2)), (5, date(2026, 9, 2))]


def test_the_night_takes_what_was_told(village: Village, policy: ExpiryPolicy) -> None:
    for month in range(1, 8):
        earn(village.an, month, date(2025, month, 28))
    spend(village.an, 4, date(2025, 8, 1))
    ledger.hold(purse_of(village.an), 2, key="h", source=WHY, now=noon(date(2025, 8, 2)))
    told = lots(village.an)
    assert sum(left for left, _day in told) == 22
    for day in (date(2026, 3, 28), date(2026, 3, 29), date(2026, 5, 29), date(2026, 7, 28)):
        lapsed = sum(left for left, lapse in told if lapse and lapse <= day)
        assert expiry.left_of_old(policy, day) == ({village.an.pk: lapsed} if lapsed else {})


def test_what_was_taken_back_is_no_lot_and_what_came_back_is_a_new_one(village: Village, policy: ExpiryPolicy) -> None:
    wrong = earn(village.an, 10, date(2025, 3, 1))
    ledger.reverse(wrong, key="back", source=WHY, now=noon(date(2025, 3, 2)))
    earn(village.an, 6, date(2025, 4, 1))
    spent = spend(village.an, 6, date(2025, 5, 1))
    ledger.reverse(spent, key="again", source=WHY, now=noon(date(2025, 6, 1)))
    assert lots(village.an) == [(6, date(2026, 6, 2))]


def test_where_nothing_expires_there_are_no_lots(village: Village, elsewhere: Village, policy: ExpiryPolicy) -> None:
    earn(elsewhere.an, 10, date(2025, 3, 1))
    assert lots(elsewhere.an) == []
    earn(village.an, 10, date(2025, 3, 1))
    ExpiryPolicy.objects.update(ends_on=date(2026, 2, 28))
    assert lots(village.an) == [(10, None)]
    assert lots(village.an, date(2026, 3, 1)) == []


@pytest.mark.parametrize(
    ("months", "earned", "lapses"),
    [
        (12, date(2025, 3, 1), date(2026, 3, 2)),
        (1, date(2026, 2, 28), date(2026, 4, 1)),
        (1, date(2026, 1, 31), date(2026, 3, 1)),
        (6, date(2025, 12, 31), date(2026, 7, 1)),
        (1, date(2024, 1, 1), TODAY),  # long due: tonight
    ],
)
def test_the_day_is_the_first_on_which_the_run_would_take_it(
    village: Village, months: int, earned: date, lapses: date
) -> None:
    policy = ExpiryPolicy(community=village.community, months=months, warn_days=30, begins_on=BEGIN)
    assert lapse_of(policy, earned, TODAY) == lapses
    assert policy.earned_before(lapses) > earned
    assert lapses == TODAY or policy.earned_before(lapses - timedelta(days=1)) <= earned


def test_many_earnings_cost_a_few_queries(
    village: Village, policy: ExpiryPolicy, django_assert_num_queries: Any
) -> None:
    for number in range(260):
        entries = [(issuance(village.community.pk), -1), (purse_of(village.an), 1)]
        ledger.post(entries, key=f"one:{number}", source=WHY, now=noon(date(2025, 6, 1)))
    account = Account.objects.get(owner=village.an)
    with django_assert_num_queries(3):
        assert sum(lot.left for lot in lots_of(account, TODAY)) == 260
    ledger.post([(purse_of(village.an), -259), (sink_of(village.an), 259)], key="s", source=WHY, now=noon(TODAY))
    account.refresh_from_db()
    with django_assert_num_queries(2):
        assert len(lots_of(account, TODAY)) == 1


def test_ones_own_page_says_what_lapses_when(village: Village, policy: ExpiryPolicy) -> None:
    for month in range(3, 12):
        earn(village.an, 10, date(2025, month, 1))
    client = Client()
    client.force_login(village.an)
    with time_machine.travel(noon(TODAY), tick=False):
        page = client.get("/points/mine/").content.decode()
    assert "什么时候到期" in page
    assert "2026-03-02 到期" in page
    assert page.count(" 到期") == 9
    ExpiryPolicy.objects.all().delete()
    with time_machine.travel(noon(TODAY), tick=False):
        assert "什么时候到期" not in client.get("/points/mine/").content.decode()
