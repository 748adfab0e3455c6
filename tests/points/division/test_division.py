"""A community is divided: its people take what they have along, by two people and to the last minute and cent."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from community.core.workflow import NotNow, NotYours
from community.directory.models import Building, Dwelling, Estate, Membership
from community.notices.models import Notice
from points import ledger
from points.models import Account, Asset, Division, Line, member
from points.verification import faults
from tests.division_specimens import a_division, a_mover, a_new_community
from tests.neighbourhood import Hood, Town
from tests.points.purses import balance, give, purse_of
from tests.specimens import MONDAY


@pytest.fixture(autouse=True)
def sound_after(db: None) -> object:
    yield
    connection.check_constraints()
    assert list(faults()) == []


def test_everybody_takes_along_what_they_have(hood: Hood) -> None:
    mover = a_mover(hood, 30)
    a_mover(hood, 90, asset=Asset.HOURS)
    give(hood.resident, 5)
    held = ledger.hold(
        member(mover, hood.community.pk), 10, key="h", source=ledger.Source("测试"), now=MONDAY
    )  # fmt: skip
    division = a_division(hood, target=a_new_community(hood))
    division.approve(by=hood.secretary, now=MONDAY)
    there = {row.asset: row.balance for row in Account.objects.filter(owner=mover, community=division.target)}
    assert there == {"points": 20, "hours": 90}
    assert balance(purse_of(hood.resident)) == 5
    moved = Account.objects.filter(kind="moved", asset="points").values_list("community", "balance")
    assert dict(moved) == {hood.community.pk: 20, division.target_id: -20}
    assert Notice.objects.get(code="division.moved").recipient == mover
    # What was reserved comes back where it was, and can be taken along then.
    ledger.release(held, key="r", source=ledger.Source("测试"), now=MONDAY)
    a_division(hood, target=division.target).approve(by=hood.secretary, now=MONDAY)
    assert balance(purse_of(mover)) == 30


def test_who_lives_there_by_now_goes_along_with_their_account(hood: Hood) -> None:
    target = a_new_community(hood)
    give(hood.neighbour, 8)
    estate = Estate.objects.create(community=hood.community, name="东里")
    building = Building.objects.create(estate=estate, grid=hood.grid, name="1号楼", units=1, floors=6)
    home = Dwelling.objects.create(building=building, unit="1单元", room="101")
    Membership.begin(user=hood.neighbour, dwelling=home, how="request", now=MONDAY)
    with pytest.raises(ValidationError, match="没有可划的余额"):
        a_division(hood, target=target)
    Estate.objects.filter(pk=estate.pk).update(community=target)
    a_division(hood, target=target).approve(by=hood.secretary, now=MONDAY)
    hood.neighbour.refresh_from_db()
    assert hood.neighbour.community == target
    assert balance(purse_of(hood.neighbour)) == 8


def test_two_people_neither_of_whom_it_moves(hood: Hood) -> None:
    division = a_division(hood)
    with pytest.raises(NotYours):
        division.approve(by=hood.staff, now=MONDAY)
    with pytest.raises(NotYours):
        a_division(hood, by=hood.worker, target=division.target)
    home = Estate.objects.create(community=division.target, name="新里")
    building = Building.objects.create(estate=home, grid=hood.grid, name="1号楼", units=1, floors=6)
    flat = Dwelling.objects.create(building=building, unit="1单元", room="101")
    Membership.objects.create(user=hood.secretary, dwelling=flat, since=MONDAY, how="request")
    with pytest.raises(NotYours):
        division.approve(by=hood.secretary, now=MONDAY)


def test_what_makes_no_sense_is_refused_beside_its_field(town: Town) -> None:
    hood = town.ours
    a_mover(hood)
    for wrong, field in (({"target": hood.community}, "target"), ({"target": town.far.community}, "target"),
                         ({"target": a_new_community(hood), "note": " "}, "note")):  # fmt: skip
        with pytest.raises(ValidationError) as refused:
            a_division(hood, **wrong)
        assert set(refused.value.message_dict) == {field}
    assert not Division.objects.exists()


def test_one_at_a_time_and_nothing_twice(hood: Hood) -> None:
    division = a_division(hood)
    with pytest.raises(NotNow, match="已有一件在办"):
        a_division(hood)
    division.approve(by=hood.secretary, now=MONDAY)
    with pytest.raises(NotNow):
        division.approve(by=hood.secretary, now=MONDAY)
    with pytest.raises(ValidationError, match="没有可划的余额"):
        a_division(hood, target=division.target)
    assert Line.objects.filter(posting__case=division.pk, account__owner__isnull=False).count() == 2


def test_from_the_form_to_the_other_colleague(hood: Hood) -> None:
    for nth in range(12):
        a_mover(hood, nth + 1, name=f"赵明{nth:02d}")
    target, client = a_new_community(hood), Client()
    client.force_login(hood.staff)
    form = {"community": hood.community.pk, "request_key": str(uuid4()), "target": target.pk}
    wrong = client.post("/points/divisions/new/", form | {"note": ""})
    assert wrong.status_code == 422
    assert "12 人有余额可划" in wrong.content.decode()
    first, again = (client.post("/points/divisions/new/", form | {"note": "批复〔2026〕3 号"}) for _twice in range(2))
    assert first.headers["location"] == again.headers["location"]
    client.force_login(hood.secretary)
    page = client.get(first.headers["location"]).content.decode()
    assert "78 分" in page
    assert "赵*" in page
    assert "赵明" not in page
    number = Division.objects.get().number
    people = client.get(f"/points/divisions/{number}/people/").content.decode()
    assert people.count("赵*") == 12
    client.post(f"/cases/{number}/approve/", {"note": "同意"})
    assert client.get(f"/points/divisions/{number}/people/").content.decode().count("赵*") == 12
    assert number in client.get("/points/divisions/").content.decode()
    assert Account.objects.filter(community=target, kind="available").count() == 12
