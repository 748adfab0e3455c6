"""Anybody can check: a receipt for my own lines, the proof of a code, the links published by day."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from points import ledger, receipts, sealing
from points.models import Account, Asset, Line, Seal, issuance
from tests.neighbourhood import Hood, Town
from tests.points.purses import NOON, WHY, give, purse_of
from tests.points.tampering import tamper


def seal(days: int = 0) -> None:
    sealing.seal_due(NOON + timedelta(days=days), below=sealing.END_OF_NUMBERS)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def line_of(user: Any) -> Line:
    return Line.objects.filter(account__owner=user).latest("pk")


def test_a_line_has_a_receipt_that_a_stranger_can_check(hood: Hood) -> None:
    hood.volunteer.name = "欧阳春"
    hood.volunteer.save()
    give(hood.volunteer, 10)
    mine = f"/points/lines/{line_of(hood.volunteer).pk}/"
    assert "还没有封存" in signed_in(hood.volunteer).get(mine).content.decode()
    seal()
    code = receipts.code_of(line_of(hood.volunteer))
    assert code in signed_in(hood.volunteer).get(mine).content.decode()

    found = Client().get("/points/check/", {"code": f" {code.lower()} "}, follow=True)
    shown = found.content.decode()
    assert found.redirect_chain == [(f"/points/check/{code}/", 302)]
    assert "真实有效" in shown
    assert "欧阳* · 可用" in shown
    assert "欧阳春" not in shown
    assert "+10 分" in shown


def test_a_receipt_of_a_changed_posting_says_so(hood: Hood) -> None:
    posting = give(hood.volunteer, 10)
    seal()
    code = receipts.code_of(line_of(hood.volunteer))
    tamper("UPDATE points_posting SET words = '别的' WHERE id = %s", posting.pk)
    shown = Client().get(f"/points/check/{code}/").content.decode()
    assert "对不上" in shown
    assert "真实有效" not in shown


def test_a_receipt_shows_nobody_elses_part(hood: Hood) -> None:
    """An award to many is one posting; its text holds everybody's amounts."""
    gifts = [(purse_of(user), amount) for user, amount in ((hood.volunteer, 11), (hood.party_member, 22))]
    ledger.post_many(gifts, against=issuance(hood.community.pk), key="award", source=WHY, now=NOON)
    seal()
    shown = Client().get(f"/points/check/{receipts.code_of(line_of(hood.volunteer))}/").content.decode()
    assert "+11 分" in shown
    assert "22 分" not in shown
    assert "<pre" not in shown


@pytest.mark.parametrize("code", ["x", "1-1-1-AAAAAAAAAA", "..", "%00"])
def test_a_wrong_code_is_said_beside_the_field(db: None, code: str) -> None:
    found = Client().get("/points/check/", {"code": code})
    assert found.status_code == 422
    assert "没有这张凭证" in found.content.decode() or "不允许" in found.content.decode()


def test_nobody_opens_anothers_line(hood: Hood) -> None:
    give(hood.volunteer, 10)
    address = f"/points/lines/{line_of(hood.volunteer).pk}/"
    assert signed_in(hood.neighbour).get(address).status_code == 404
    assert signed_in(hood.staff).get(address).status_code == 404


def test_every_days_link_is_published_to_everybody(town: Town) -> None:
    for days, amount in ((0, 10), (2, 5)):
        give(town.ours.volunteer, amount)
        seal(days)
    give(town.theirs.volunteer, 1)
    seal(2)
    first, second = Seal.objects.filter(community=town.ours.community).order_by("number")
    client, passer_by = signed_in(town.ours.neighbour), Client()
    pk = town.ours.community.pk

    def link_on(day: date) -> str:
        return passer_by.get(f"/points/chain/{pk}/{day}/").content.decode().replace(" ", "")

    assert bytes(first.chain).hex() in link_on(date(2026, 3, 2))
    assert bytes(first.chain).hex() in link_on(date(2026, 3, 3))
    assert bytes(second.chain).hex() in link_on(date(2026, 3, 4))
    assert bytes(second.chain).hex() in client.get("/points/chain/").content.decode().replace(" ", "")
    for missing in (f"{pk}/2026-03-01", f"{pk}/2026-02-30", f"{pk}/2027-03-02", "999999/2026-03-02"):
        assert passer_by.get(f"/points/chain/{missing}/").status_code == 404


def test_staff_of_a_community_see_its_chain_and_the_last_verification(hood: Hood) -> None:
    from io import StringIO

    from django.core.management import call_command

    give(hood.volunteer, 10)
    seal()
    call_command("verify_ledger", stdout=StringIO())
    client = signed_in(hood.staff)
    assert "核验无误" in client.get("/points/chain/").content.decode()
    assert "核验无误" in client.get("/points/ledger/").content.decode()


def test_more_seals_cost_no_more_queries(hood: Hood) -> None:
    client, counts = signed_in(hood.neighbour), []
    for rounds in (2, 12):
        for _ in range(rounds):
            give(hood.volunteer, 1)
            seal()
        client.get("/points/chain/")
        with CaptureQueriesContext(connection) as taken:
            client.get("/points/chain/")
        counts.append(len(taken))
    assert counts[0] == counts[1]


def test_the_balance_of_a_past_day_is_looked_up(hood: Hood) -> None:
    for days, amount in ((0, 10), (4, 5)):
        entries = [(issuance(hood.community.pk), -amount), (purse_of(hood.volunteer), amount)]
        ledger.post(entries, key=f"{days}", source=WHY, now=NOON + timedelta(days=days))
    shown = signed_in(hood.volunteer).get("/points/mine/", {"on": "2026-03-04"}).content.decode()
    assert "2026年3月4日结束时" in shown
    assert '<b class="ml-num">10' in shown or "10 分" in shown
    assert signed_in(hood.volunteer).get("/points/mine/", {"on": "nonsense"}).status_code == 200


def test_the_api_reads_ones_own_account_and_no_other(hood: Hood) -> None:
    for amount in (10, 5):
        give(hood.volunteer, amount)
    give(hood.volunteer, 60, asset=Asset.HOURS)
    client = signed_in(hood.volunteer)
    accounts = client.get("/api/points/").json()
    assert [(one["asset"], one["balance"]) for one in accounts] == [("points", 15), ("hours", 60)]
    lines = client.get(f"/api/points/{accounts[0]['id']}/").json()["results"]
    assert [(line["amount"], line["balance"], line["reason"]) for line in lines] == [(5, 15, "测试"), (10, 10, "测试")]
    other = Account.objects.get(owner=hood.volunteer, asset="points").pk
    assert signed_in(hood.neighbour).get(f"/api/points/{other}/").status_code == 404
    assert client.post("/api/points/").status_code == 405
