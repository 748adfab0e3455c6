"""A closed month takes nothing more, whoever writes."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from community.core.workflow import NotNow, NotYours
from points.fund.accounts import by_month, standings, totals_of
from points.models import Month, MonthBalance, Project, Voucher
from tests.fund_specimens import a_gift, a_project, a_spending
from tests.neighbourhood import Hood, Town
from tests.points.fund.books import a_rule, fill_pool, paid
from tests.specimens import MONDAY

pytestmark = pytest.mark.django_db
APRIL = MONDAY.replace(month=4, day=1)


def closed(hood: Hood, first: date = date(2026, 3, 1), now: datetime = APRIL) -> Month:
    month = Month.objects.get(community=hood.community, first_day=first)
    month.propose(by=hood.staff, now=now)
    month.close(by=hood.secretary, now=now)
    return month


def figures(month: Month) -> dict[str, tuple[int, int, int, int]]:
    rows = month.balances.select_related("project")
    return {row.project.name: (row.opening, row.came, row.went, row.closing) for row in rows}


def test_two_people_close_a_month_and_its_balances_go_on(hood: Hood, project: Project) -> None:
    fill_pool(hood, project, 30_000)
    a_rule(hood)
    paid(a_spending(hood), hood)
    month = closed(hood)
    assert figures(month) == {"配比资金池": (0, 30_000, 30_000, 0), "老年助餐": (0, 80_000, 10_000, 70_000)}
    a_gift(hood, 5_000, now=APRIL, day=APRIL.date())
    later = closed(hood, date(2026, 4, 1), APRIL + timedelta(days=30))
    assert figures(later) == {"配比资金池": (0, 0, 0, 0), "老年助餐": (70_000, 5_000, 0, 75_000)}
    assert {row.project.name: row.has for row in standings(hood.community.pk)}["老年助餐"] == 75_000


def test_nobody_closes_alone_or_early_or_out_of_turn(hood: Hood, project: Project) -> None:
    a_gift(hood, 100, day=date(2026, 2, 27))
    a_gift(hood, 100)
    february, march = Month.objects.order_by("first_day")
    with pytest.raises(NotNow, match="还没有过完"):
        march.propose(by=hood.staff, now=MONDAY)
    with pytest.raises(NotNow, match="前面的月份"):
        march.propose(by=hood.staff, now=APRIL)
    with pytest.raises(NotNow, match="先由一位同事制表"):
        february.close(by=hood.secretary, now=APRIL)
    february.propose(by=hood.staff, now=APRIL)
    with pytest.raises(NotYours, match="制表的人不能复核"):
        february.close(by=hood.staff, now=APRIL)
    february.recall(by=hood.secretary, now=APRIL)
    assert february.state == "open"
    with pytest.raises(NotYours):
        february.propose(by=hood.resident, now=APRIL)


def test_a_month_before_a_closed_one_takes_none_either(hood: Hood, project: Project) -> None:
    """It had no entry and so no row; what March carried over would no longer be what was there."""
    gift = a_gift(hood, 5_000)
    closed(hood)
    with pytest.raises(NotNow, match="已经结账"):
        a_gift(hood, 100, now=APRIL, day=date(2026, 2, 27))
    voucher = gift.vouchers.get()
    voucher.pk, voucher.number, voucher.day = None, "PZ-X", date(2026, 2, 27)
    voucher.month = Month.objects.create(community=hood.community, first_day=date(2026, 2, 1))
    with pytest.raises(IntegrityError, match="is closed"), transaction.atomic():
        voucher.save(force_insert=True)


def test_a_closed_month_takes_no_entry(hood: Hood, project: Project) -> None:
    gift = a_gift(hood, 5_000)
    month = closed(hood)
    with pytest.raises(NotNow, match="已经结账"):
        a_gift(hood, 100, now=APRIL)
    voucher = gift.vouchers.get()
    voucher.pk, voucher.number = None, "PZ-X"
    with pytest.raises(IntegrityError, match="is closed"), transaction.atomic():
        voucher.save(force_insert=True)
    with pytest.raises(IntegrityError, match="is closed"), transaction.atomic():
        Month.objects.filter(pk=month.pk).update(closed_at=None, closed_by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        MonthBalance.objects.update(came=1)
    voucher.month = Month.objects.of(hood.community.pk, APRIL.date(), APRIL)
    with pytest.raises(IntegrityError, match="another month"), transaction.atomic():
        voucher.save(force_insert=True)


def test_what_was_wrong_is_reversed_in_the_open_month(hood: Hood, project: Project) -> None:
    gift = a_gift(hood, 5_000)
    closed(hood)
    gift.reverse(by=hood.secretary, now=APRIL, note="多记一笔")
    reversal = Voucher.objects.get(reverses__isnull=False)
    assert (reversal.day, reversal.amount, str(reversal.month)) == (APRIL.date(), -5_000, "2026 年 4 月")


def test_the_future_cannot_be_entered(hood: Hood, project: Project) -> None:
    with pytest.raises(NotNow, match="今天以后"):
        a_gift(hood, 100, day=MONDAY.date() + timedelta(days=1))


def test_the_accounts_add_up(hood: Hood, project: Project) -> None:
    fill_pool(hood, project, 10_000)
    a_rule(hood)
    paid(a_spending(hood), hood, 8_000)
    totals = totals_of(hood.community.pk)
    assert (totals.came, totals.went, totals.has, totals.gifts) == (60_000, 8_000, 52_000, 2)
    assert by_month(hood.community.pk) == [{"day": date(2026, 3, 1), "came": 60_000, "went": 8_000}]


def test_months_of_others_are_not_there(town: Town) -> None:
    hood = town.ours
    a_gift(hood, 100, project=a_project(hood))
    seen: dict[str, Any] = {name: Month.objects.visible_to(user).exists() for name, user in town.theirs.people.items()}
    assert not any(seen.values())
    assert Month.objects.visible_to(hood.staff).exists()
    assert not Month.objects.visible_to(hood.resident).exists()


def test_an_entry_between_the_two_people_sends_the_month_back_to_the_first(hood: Hood, project: Project) -> None:
    a_gift(hood, 100)
    month = Month.objects.get()
    month.propose(by=hood.staff, now=APRIL)
    a_gift(hood, 50, now=APRIL, day=MONDAY.date())
    with pytest.raises(NotNow, match="先由一位同事制表"):
        month.close(by=hood.secretary, now=APRIL)
    assert month.state == "open"
    assert figures(closed(hood)) == {"老年助餐": (0, 150, 0, 150)}
