"""Closing a month is a duty of the accountant: planned, reminded of, done with the closing, missed up the ladder."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from community.access.models import Post, Role
from community.dashboards.inbox import waiting_for
from community.duties.models import Plan
from community.duties.planning import plan_ahead
from community.notices.models import Notice
from community.timers.sweep import sweep
from points.fund.closing import plan_all
from points.models import Fund, Month, MonthClosing, Project
from tests.fund_specimens import a_gift
from tests.neighbourhood import Hood, account
from tests.points.fund.books import third
from tests.specimens import MONDAY

pytestmark = pytest.mark.django_db
APRIL = MONDAY.replace(month=4, day=1)


def due(now: datetime = APRIL) -> MonthClosing:
    plan_ahead(now)
    return MonthClosing.objects.get()


def told(code: str) -> set[str]:
    return {str(notice.recipient.username) for notice in Notice.objects.filter(code=code).select_related("recipient")}


def test_the_accountant_is_reminded_and_the_closing_is_the_proof(hood: Hood, project: Project) -> None:
    accountant = account(hood.community, "fund_accountant", hood.community)
    a_gift(hood, 100)
    duty = due()
    assert (duty.day, duty.assignee, duty.title) == (date(2026, 4, 5), accountant, "公益基金 2026 年 3 月结账")
    sweep(APRIL + timedelta(minutes=1))
    assert told("month_closing.due") == {accountant.username}
    month = Month.objects.get()
    month.propose(by=accountant, now=APRIL)
    assert told("month.proposed") == {hood.staff.username, hood.secretary.username}
    month.close(by=hood.secretary, now=APRIL)
    duty.refresh_from_db()
    assert (duty.status, duty.assignee, duty.is_late) == ("done", accountant, False)
    sweep(APRIL + timedelta(days=20))
    assert not told("month_closing.missed")


def test_a_month_that_stays_open_climbs_and_is_missed(hood: Hood, project: Project) -> None:
    Post.begin(user=hood.staff, role=Role.objects.get(code="fund_accountant"), scope=hood.community, by=None,
               begins_on=date(2026, 1, 1))  # fmt: skip
    a_gift(hood, 100)
    duty = due()
    sweep(APRIL.replace(day=5, hour=18, minute=1))
    assert told("clock.missed") == {hood.staff.username, hood.secretary.username}
    assert duty.status == "planned"
    sweep(APRIL.replace(day=15, hour=18, minute=1))
    duty.refresh_from_db()
    assert duty.status == "missed"
    assert told("month_closing.missed") == {hood.staff.username, hood.secretary.username}
    month = Month.objects.get()
    month.propose(by=hood.staff, now=APRIL + timedelta(days=20))
    month.close(by=hood.secretary, now=APRIL + timedelta(days=20))  # late, but it can be closed
    duty.refresh_from_db()
    assert duty.status == "missed"


def test_it_is_done_late_within_ten_days_and_a_vacant_post_falls_to_a_leader(hood: Hood, project: Project) -> None:
    a_gift(hood, 100)
    duty, late = due(), APRIL.replace(day=9)
    assert duty.assignee in (hood.staff, hood.secretary)
    month = Month.objects.get()
    month.propose(by=hood.secretary, now=late)
    month.close(by=third(hood), now=late)
    duty.refresh_from_db()
    assert (duty.status, duty.is_late) == ("done", True)


def test_a_month_without_an_entry_is_closed_too(hood: Hood, project: Project) -> None:
    duty = due()
    month = Month.objects.get()
    assert month.first_day == duty.first_day == date(2026, 3, 1)
    month.propose(by=hood.staff, now=APRIL)
    month.close(by=hood.secretary, now=APRIL)
    assert (month.is_closed, month.balances.count()) == (True, 0)


def test_what_is_closed_when_the_duty_is_laid_out_is_done(hood: Hood, project: Project) -> None:
    a_gift(hood, 100)
    month = Month.objects.get()
    month.propose(by=hood.staff, now=APRIL)
    month.close(by=hood.secretary, now=APRIL)
    assert due(APRIL + timedelta(days=1)).status == "done"


def test_whoever_drew_it_up_hears_that_it_came_back(hood: Hood, project: Project) -> None:
    a_gift(hood, 100)
    month = Month.objects.get()
    month.propose(by=hood.staff, now=APRIL)
    month.recall(by=hood.secretary, now=APRIL)
    month.propose(by=hood.staff, now=APRIL)
    a_gift(hood, 50, now=APRIL, day=MONDAY.date())
    assert [told(code) for code in ("month.recalled", "month.outdated")] == [{hood.staff.username}] * 2


def test_funds_of_before_get_their_duty_once(hood: Hood, project: Project) -> None:
    Plan.objects.filter(kind="month_closing").delete()
    assert [plan_all(MONDAY), plan_all(MONDAY)] == [1, 0]
    assert Plan.objects.get(kind="month_closing").community == Fund.objects.get().community


def test_the_duty_leads_from_the_inbox_to_the_month(hood: Hood, project: Project) -> None:
    a_gift(hood, 100)
    duty = due(APRIL.replace(day=5))
    assert duty.assignee is not None
    (line,) = [line for line in waiting_for(duty.assignee, APRIL.replace(day=5)) if line.icon == "book"]
    client = Client()
    client.force_login(duty.assignee)
    page = client.get(line.href, follow=True)
    assert page.redirect_chain == [(f"/fund/months/{Month.objects.get().pk}/", 302)]
    assert "结账期限" in page.content.decode()
    client.force_login(hood.resident)
    assert client.get(line.href).status_code == 403
