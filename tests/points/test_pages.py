"""My points, and the staff's ledger."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.core.paging import SIZE
from points import ledger
from points.models import Account, Asset, Line, PointRule, issuance
from tests.neighbourhood import Hood, Town
from tests.points.purses import NOON, details, give, purse_of
from wishes.models import Wish


def page(user: Any, address: str, **query: Any) -> str:
    client = Client()
    client.force_login(user)
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def a_granted_wish(hood: Hood) -> Wish:
    wish = Wish.submit(by=hood.resident, community=hood.community, title="换灯泡", description="", now=NOON)
    wish.publish(by=hood.staff, now=NOON)
    wish.claim(by=hood.volunteer, now=NOON)
    wish.fulfil(by=hood.volunteer, now=NOON, note="换好了")
    wish.confirm(by=hood.resident, now=NOON, rating=5)
    return wish


def test_without_points_the_page_invites(hood: Hood) -> None:
    shown = page(hood.volunteer, "/points/mine/")
    assert "还没有积分" in shown
    assert "认领并完成微心愿" in shown
    assert "+10 分" in shown


def test_each_line_says_what_for_and_leads_to_its_case(hood: Hood) -> None:
    wish = a_granted_wish(hood)
    shown = page(hood.volunteer, "/points/mine/")
    assert "认领并完成微心愿" in shown
    assert "换灯泡" in shown
    line = Line.objects.get(account__owner=hood.volunteer)
    assert f'href="/points/lines/{line.pk}/"' in shown
    assert f'href="/cases/{wish.number}/"' in page(hood.volunteer, f"/points/lines/{line.pk}/")
    assert "+10 分" in shown
    assert "余 10 分" in shown


def test_a_case_that_i_may_no_longer_see_is_named_without_a_link(hood: Hood) -> None:
    wish = a_granted_wish(hood)
    Wish.objects.filter(pk=wish.pk).update(handler=None)
    shown = page(hood.volunteer, "/points/mine/")
    assert wish.number in shown
    assert "换灯泡" not in shown
    line = Line.objects.get(account__owner=hood.volunteer)
    assert f"/cases/{wish.number}/" not in page(hood.volunteer, f"/points/lines/{line.pk}/")


def test_a_statement_runs_page_by_page(hood: Hood) -> None:
    for number in range(SIZE + 5):
        give(hood.volunteer, 1, key=f"k{number}")
    first = page(hood.volunteer, "/points/mine/")
    assert f"余 {SIZE + 5} 分" in first
    assert "余 6 分" in first
    assert "余 5 分" not in first
    oldest = Account.objects.get(owner=hood.volunteer).lines.order_by("-pk")[SIZE - 1]
    assert f"older={oldest.pk}" in first
    second = page(hood.volunteer, "/points/mine/", older=oldest.pk)
    assert "余 5 分" in second
    assert "余 6 分" not in second


def test_nobody_reads_anothers_statement(hood: Hood) -> None:
    give(hood.volunteer, 10)
    other = Account.objects.get(owner=hood.volunteer)
    shown = page(hood.neighbour, "/points/mine/", account=other.pk)
    assert "还没有积分" in shown


def test_what_is_held_and_hours_stand_apart(hood: Hood) -> None:
    give(hood.volunteer, 30)
    give(hood.volunteer, 135, asset=Asset.HOURS)
    ledger.hold(purse_of(hood.volunteer), 20, **details())
    shown = page(hood.volunteer, "/points/mine/")
    assert "预留" in shown
    assert "−20 分" in shown
    hours = Account.objects.get(owner=hood.volunteer, asset=Asset.HOURS)
    other = page(hood.volunteer, "/points/mine/", account=hours.pk)
    assert "+2 小时 15 分" in other
    assert "−20 分" not in other


def test_staff_see_the_postings_of_their_community_alone(town: Town) -> None:
    ours, theirs = a_granted_wish(town.ours), a_granted_wish(town.theirs)
    shown = page(town.ours.secretary, "/points/ledger/")
    assert f"/cases/{ours.number}/" in shown
    assert theirs.number not in shown


def test_names_in_the_ledger_are_masked(hood: Hood) -> None:
    hood.volunteer.name = "欧阳春"
    hood.volunteer.save()
    a_granted_wish(hood)
    shown = page(hood.staff, "/points/ledger/")
    assert "欧阳* · 可用" in shown
    assert "欧阳春" not in shown


@pytest.mark.parametrize("role", ["resident", "volunteer", "worker", "partner"])
def test_others_are_refused_the_ledger(hood: Hood, role: str) -> None:
    client = Client()
    client.force_login(getattr(hood, role))
    assert client.get("/points/ledger/").status_code == 403


def test_a_visitor_is_asked_to_sign_in(db: None) -> None:
    assert Client().get("/points/mine/").status_code == 302


def test_the_ledger_is_narrowed_by_day_and_number(hood: Hood) -> None:
    wish = a_granted_wish(hood)
    entries = [(issuance(hood.community.pk), -4), (purse_of(hood.party_member), 4)]
    later = NOON + timedelta(days=1)
    ledger.post(entries, key="later", source=ledger.Source("评优"), now=later)
    for query, seen, unseen in (
        ({"until": "2026-03-02"}, "认领并完成微心愿", "评优"),
        ({"since": "2026-03-03"}, "评优", "认领并完成微心愿"),
        ({"number": wish.number.lower()}, "认领并完成微心愿", "评优"),
    ):
        shown = page(hood.staff, "/points/ledger/", **query)
        assert seen in shown
        assert unseen not in shown
    assert "没有符合条件的记账" in page(hood.staff, "/points/ledger/", number="XY0")
    assert "评优" in page(hood.staff, "/points/ledger/", since="nonsense")


def test_a_swapped_fragment_is_part_of_the_whole_page(hood: Hood) -> None:
    a_granted_wish(hood)
    client = Client()
    client.force_login(hood.staff)
    whole = client.get("/points/ledger/").content.decode()
    part = client.get("/points/ledger/", headers={"hx-request": "true"}).content.decode()
    assert part.strip() in whole


@pytest.mark.parametrize(("address", "role"), [("/points/mine/", "volunteer"), ("/points/ledger/", "staff")])
def test_more_rows_cost_no_more_queries(hood: Hood, address: str, role: str) -> None:
    client = Client()
    client.force_login(getattr(hood, role))
    counts = []
    for number in (2, 25):
        for made in range(number):
            give(hood.volunteer, 1, key=f"{number}:{made}")
        a_granted_wish(hood)
        client.get(address)
        with CaptureQueriesContext(connection) as taken:
            client.get(address)
        counts.append(len(taken))
    assert counts[0] == counts[1]


def test_a_rule_is_written_with_events_that_exist(hood: Hood, town: Town) -> None:
    client = Client()
    town.admin.is_staff = True
    client.force_login(town.admin)
    assert "微心愿 · 确认圆梦并评价" in client.get("/admin/points/pointrule/add/").content.decode()
    fields = {"code": "thanks", "name": "道谢", "events": ["wish.confirm"], "gives_to": "handler", "conditions": "[]"}
    client.post("/admin/points/pointrule/add/", fields | {"asset": "points", "amount": 6, "begins_on": "2026-01-01"})
    rule = PointRule.objects.get(code="thanks")
    assert (rule.events, rule.amount) == (["wish.confirm"], 6)


def test_a_rule_that_has_begun_can_be_ended_but_not_rewritten(town: Town) -> None:
    client = Client()
    town.admin.is_staff = True
    client.force_login(town.admin)
    rule = PointRule.objects.get(code="wish_granted")
    address = f"/admin/points/pointrule/{rule.pk}"
    client.post(f"{address}/change/", {"name": rule.name, "amount": 99, "ends_on": "2026-12-31"})
    assert client.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
    rule.refresh_from_db()
    assert (rule.amount, str(rule.ends_on)) == (10, "2026-12-31")
