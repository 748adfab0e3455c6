"""Accounts that are merged, inherited or ended: two people, nobody's own, and nothing lost on the way."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from community.core.workflow import NotNow, NotYours
from community.directory.models import Membership
from community.notices.models import Notice
from points import ledger
from points.models import Account, Asset, Handover, issuance, member
from points.verification import faults
from tests.neighbourhood import Hood, Town
from tests.points.purses import balance, give, purse_of
from tests.specimens import MONDAY, a_handover

WHY = ledger.Source("测试")


def given(hood: Hood, asset: str, amount: int) -> None:
    here = hood.community.pk
    entries = [(issuance(here, asset), -amount), (member(hood.volunteer, here, asset), amount)]
    ledger.post(entries, key=str(uuid4()), source=WHY, now=MONDAY)


def test_a_relative_inherits_points_but_not_hours(hood: Hood) -> None:
    given(hood, Asset.POINTS, 30)
    given(hood, Asset.HOURS, 120)
    ledger.hold(purse_of(hood.volunteer), 10, key="h", source=WHY, now=MONDAY)
    handover = a_handover(hood)
    assert balance(purse_of(hood.party_member)) == 0
    handover.approve(by=hood.secretary, now=MONDAY)
    assert balance(purse_of(hood.party_member)) == 30
    hours = Account.objects.get(owner=hood.volunteer, asset=Asset.HOURS, kind="available")
    assert hours.balance == 120
    assert {notice.recipient for notice in Notice.objects.filter(code="handover.done")} == {
        hood.volunteer, hood.party_member,
    }  # fmt: skip
    assert list(faults()) == []


def test_two_accounts_of_one_person_become_one(hood: Hood) -> None:
    given(hood, Asset.POINTS, 30)
    given(hood, Asset.HOURS, 120)
    a_handover(hood, why="merge").approve(by=hood.secretary, now=MONDAY)
    standing = Account.objects.filter(owner=hood.party_member).values_list("asset", "balance")
    assert dict(standing) == {"points": 30, "hours": 120}


def test_what_a_leaver_leaves_lapses_and_money_needs_somebody(hood: Hood) -> None:
    given(hood, Asset.POINTS, 30)
    given(hood, Asset.CENTS, 500)
    handover = a_handover(hood, why="leave", heir=None)
    with pytest.raises(NotNow, match="须有人承接"):
        handover.approve(by=hood.secretary, now=MONDAY)
    handover.refuse(by=hood.secretary, now=MONDAY, note="先把资金转给家人")
    again = a_handover(hood, why="inherit")
    again.approve(by=hood.secretary, now=MONDAY)
    assert Account.objects.get(owner=hood.party_member, asset=Asset.CENTS).balance == 500


def test_points_lapse_when_nobody_takes_them_over(hood: Hood) -> None:
    give(hood.volunteer, 30)
    a_handover(hood, why="leave", heir=None).approve(by=hood.secretary, now=MONDAY)
    assert balance(purse_of(hood.volunteer)) == 0
    assert Account.objects.get(kind="expired").balance == 30


def test_two_people_neither_of_them_concerned(hood: Hood) -> None:
    handover = a_handover(hood)
    with pytest.raises(NotYours):
        handover.approve(by=hood.staff, now=MONDAY)
    with pytest.raises(NotYours):
        a_handover(hood, owner=hood.neighbour, heir=hood.staff)
    theirs = a_handover(hood, owner=hood.neighbour, heir=hood.secretary)
    with pytest.raises(NotYours):
        theirs.approve(by=hood.secretary, now=MONDAY)
    Membership.begin(user=hood.staff, dwelling=hood.dwelling, how="request", now=MONDAY)
    with pytest.raises(NotYours):
        a_handover(hood, owner=hood.resident)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"heir": None}, "heir"),
        ({"why": "merge", "heir": "owner"}, "heir"),
        ({"why": "leave"}, "heir"),
        ({"note": " "}, "note"),
        ({"owner": "stranger"}, "owner"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(town: Town, wrong: dict[str, Any], field: str) -> None:
    people = {"owner": town.ours.volunteer, "stranger": town.theirs.resident}
    facts = {name: people.get(value, value) for name, value in wrong.items()}
    with pytest.raises(ValidationError) as refused:
        a_handover(town.ours, **facts)
    assert set(refused.value.message_dict) == {field}
    assert not Handover.objects.exists()


def test_one_at_a_time_and_again_after_it_was_taken_back(hood: Hood) -> None:
    first = a_handover(hood)
    with pytest.raises(NotNow, match="已有一件变更在办"):
        a_handover(hood)
    first.withdraw(by=hood.staff, now=MONDAY)
    a_handover(hood)


def test_from_the_form_to_the_other_colleague(hood: Hood) -> None:
    give(hood.volunteer, 30)
    client = Client()
    client.force_login(hood.staff)
    form = {"community": hood.community.pk, "request_key": str(uuid4()), "why": "inherit", "note": "家人申请"}
    wrong = client.post("/points/handovers/new/", form | {"owner": "没有这个人", "heir": ""})
    assert wrong.status_code == 422
    assert "本社区没有这个手机号或账号名" in wrong.content.decode()
    assert "家人申请" in wrong.content.decode()
    right = form | {"owner": hood.volunteer.username, "heir": hood.party_member.username}
    first, again = (client.post("/points/handovers/new/", right) for _twice in range(2))
    assert first.headers["location"] == again.headers["location"]
    client.force_login(hood.secretary)
    page = client.get(first.headers["location"]).content.decode()
    assert "30 分" in page
    assert "志愿服务时长是本人的记录" in page
    handover = Handover.objects.get()
    assert handover.number in client.get("/points/handovers/").content.decode()
    client.post(f"/cases/{handover.number}/approve/", {"note": "同意"})
    assert balance(purse_of(hood.party_member)) == 30
