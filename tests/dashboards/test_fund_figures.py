"""The fund among the secretary's figures: recounted by plain SQL, and every one of them leads to exactly its rows."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils.timezone import localdate

from community.dashboards.models import Cell
from community.dashboards.period import Period
from community.dashboards.refresh import rebuild, refresh
from community.dashboards.shown import Shown
from points.models import Fund, Month, Spending, Voucher
from tests.fund_specimens import a_gift, a_project, a_spending
from tests.neighbourhood import Hood, Town
from tests.points.fund.books import paid
from tests.specimens import MONDAY

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(days=40)
AGAIN = """
    SELECT (SELECT coalesce(sum(amount), 0) FROM points_voucher WHERE community_id = %(here)s
            AND sort IN ('donation', 'fair', 'other') AND day > %(today)s - 30),
           (SELECT coalesce(-sum(amount), 0) FROM points_voucher WHERE community_id = %(here)s
            AND sort = 'spending' AND day > %(today)s - 30),
           (SELECT sum(l.amount) FROM points_line l JOIN points_account a ON a.id = l.account_id
            WHERE a.community_id = %(here)s AND a.project_id IS NOT NULL AND a.kind IN ('available', 'held')),
           (SELECT sum(s.amount) FROM points_spending s JOIN core_case c ON c.id = s.case_ptr_id
            WHERE c.community_id = %(here)s AND c.status IN ('requested', 'reviewed', 'approved')),
           (SELECT count(*) FROM core_case WHERE community_id = %(here)s AND kind = 'spending'
            AND status IN ('requested', 'reviewed')),
           (SELECT count(*) FROM points_month WHERE community_id = %(here)s AND closed_at IS NULL
            AND first_day < date_trunc('month', %(today)s::date))
"""


@pytest.fixture
def lived(town: Town) -> Hood:
    """Two months: gifts of both, one reversed, one entered late; a payment, a request, one approved; nothing closed."""
    hood = town.ours
    paid(a_spending(hood), hood, 9_000)
    recent = NOW - timedelta(days=3)
    a_gift(hood, 1_234, now=NOW, day=recent.date())
    a_gift(hood, 700, now=recent, day=recent.date()).reverse(by=hood.secretary, now=NOW, note="重复")
    project = a_project(hood)
    facts: dict[str, Any] = {
        "by": hood.staff,
        "project": project,
        "title": "买",
        "payee": "店",
        "note": "用",
        "now": NOW,
    }
    Spending.request(amount=2_000, **facts)
    Spending.request(amount=3_000, **facts).review(by=hood.secretary, now=NOW)
    late = paid(a_spending(hood, now=recent, amount=500), hood, 400, now=recent)
    assert late.status == "paid"
    a_gift(town.theirs, 88_800)
    return hood


def shown(user: Any, hood: Hood, *others: Hood) -> Shown:
    cache.clear()
    places = [hood.community, *(other.community for other in others)]
    return Shown(user, places, Period(30, localdate(NOW)), None if others else hood.community)


def rows_behind(client: Client, href: str) -> list[Any]:
    return list(client.get(href).context["page"].rows)


def test_the_funds_figures_agree_with_plain_sql_and_lead_to_their_rows(lived: Hood, client: Client) -> None:
    with time_machine.travel(NOW, tick=False), connection.cursor() as cursor:
        refresh(NOW)
        cursor.execute(AGAIN, {"here": lived.community.pk, "today": localdate(NOW)})
        came, went, has, held, asked, months = cursor.fetchone()
        found = {fact.label: fact for fact in shown(lived.secretary, lived).facts}
        assert (came, went, has, held, asked, months) == (1_234, 400, 91_834, 5_000, 2, 1)
        assert {name: fact.value for name, fact in found.items() if name.startswith("基金")} == {
            "基金收入": "¥12.34", "基金支出": "¥4.00", "基金结余": "¥918.34", "基金已预留": "¥50.00",
            "基金支出待审批": "2 笔，¥50.00", "基金未结账": "1 个月",
        }  # fmt: skip
        client.force_login(lived.secretary)
        for name, total in (("基金收入", came), ("基金支出", -went)):
            assert sum(row.amount for row in rows_behind(client, found[name].href)) == total
        assert sum(row.amount for row in rows_behind(client, found["基金已预留"].href)) == held
        assert len(rows_behind(client, found["基金支出待审批"].href)) == asked
        assert len(client.get(found["基金未结账"].href).context["months"]) == months
        assert "¥918.34" in client.get(found["基金结余"].href).content.decode()
        labels = [task.label for task in shown(lived.secretary, lived).tasks]
        assert {"审批 2 笔基金支出", "督促结清 1 个月的基金账"} <= set(labels)


def test_a_late_voucher_and_a_closed_month_are_counted_where_they_belong(lived: Hood) -> None:
    """Refreshing as one goes leaves the same cells as counting all anew."""
    with time_machine.travel(NOW, tick=False):
        refresh(NOW)
        a_gift(lived, 77, now=NOW, day=date(2026, 3, 5))
        month = Month.objects.filter(community=lived.community).order_by("first_day")[0]
        month.propose(by=lived.staff, now=NOW)
        month.close(by=lived.secretary, now=NOW)
        refresh(NOW + timedelta(minutes=1))
        kept = set(Cell.objects.filter(kind="fund").values_list("community", "day", "measure", "value"))
        assert (lived.community.pk, date(2026, 3, 5), "came", 77) in kept
        assert not [cell for cell in kept if cell[0] == lived.community.pk and cell[2] == "months"]
        rebuild(NOW + timedelta(minutes=1))
        assert set(Cell.objects.filter(kind="fund").values_list("community", "day", "measure", "value")) == kept


def test_the_street_sees_funds_side_by_side_and_opens_what_is_published(
    lived: Hood, town: Town, client: Client
) -> None:
    with time_machine.travel(NOW, tick=False):
        refresh(NOW)
        Fund.objects.filter(community=lived.community).update(published=True)
        ours, theirs = shown(town.officer, lived, town.theirs).fund_rows
        assert [cell.value for cell in theirs.cells][:3] == ["¥0.00", "¥0.00", "¥888.00"]
        assert [bool(cell.href) for cell in ours.cells] == [True, True, True, False, False, False]
        assert [cell.href for cell in theirs.cells] == [""] * 6
        client.force_login(town.officer)
        assert {row.pk for row in rows_behind(client, ours.cells[1].href)} == set(
            Voucher.objects.filter(community=lived.community, sort="spending", day__gt=MONDAY.date()).values_list(
                "pk", flat=True
            )
        )
        page = client.get("/dashboard/street/").content.decode()
        assert "¥918.34" in page
        assert shown(town.officer, lived).tasks == []
