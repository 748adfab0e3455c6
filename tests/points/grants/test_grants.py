"""The same points for a whole group: two people, nobody's own, everybody once."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from community.core.workflow import NotNow, NotYours
from community.directory.models import Branch, Membership, PartyMember, Person, User
from community.notices.models import Notice
from points.models import Grant, Posting
from points.verification import faults
from tests.division_specimens import a_grant
from tests.neighbourhood import Hood
from tests.points.purses import balance, purse_of
from tests.specimens import MONDAY

pytestmark = pytest.mark.django_db


def comrade(hood: Hood, name: str, **account: Any) -> User:
    person = Person.objects.create(community=hood.community, name=name)
    branch, _new = Branch.objects.get_or_create(community=hood.community, name="第一支部")
    PartyMember.objects.create(person=person, branch=branch)
    return User.objects.create(username=name, name=name, community=hood.community, person=person, **account)


def test_everybody_of_the_group_gets_it_once(hood: Hood) -> None:
    members = [comrade(hood, f"党员{n}") for n in range(30)]
    gone = comrade(hood, "已停用", is_active=False)
    grant = a_grant(hood)
    late = comrade(hood, "刚转来")
    grant.approve(by=hood.secretary, now=MONDAY)
    assert {balance(purse_of(user)) for user in [*members, late, hood.party_member]} == {60}
    assert balance(purse_of(gone)) == balance(purse_of(hood.resident)) == 0
    assert Posting.objects.filter(case=grant).count() == 1
    assert Notice.objects.filter(code="grant.received").count() == 32
    with pytest.raises(NotNow):
        grant.approve(by=hood.secretary, now=MONDAY)
    assert list(faults()) == []


def test_who_decides_is_left_out_with_their_household(hood: Hood) -> None:
    staff, relative, other = comrade(hood, "社工"), comrade(hood, "社工家人"), comrade(hood, "别人")
    for user in (hood.secretary, relative):
        Membership.begin(user=user, dwelling=hood.dwelling, how="request", now=MONDAY)
    grant = a_grant(hood)
    with pytest.raises(NotYours):
        grant.approve(by=hood.staff, now=MONDAY)
    grant.approve(by=hood.secretary, now=MONDAY)
    assert balance(purse_of(relative)) == 0
    assert balance(purse_of(staff)) == balance(purse_of(other)) == 60


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": 0}, "amount"), ({"amount": -5}, "amount"), ({"amount": 1.5}, "amount"), ({"amount": 1001}, "amount"),
        ({"group": "everybody"}, "group"), ({"words": " "}, "words"), ({"note": ""}, "note"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_beside_its_field(hood: Hood, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        a_grant(hood, **wrong)
    assert set(refused.value.message_dict) == {field}


def test_one_at_a_time_for_one_group_and_never_by_one_alone(hood: Hood) -> None:
    first = a_grant(hood)
    with pytest.raises(NotNow, match="已有一件批量发放"):
        a_grant(hood)
    with pytest.raises(ValidationError):
        first.refuse(by=hood.secretary, now=MONDAY)
    first.refuse(by=hood.secretary, now=MONDAY, note="先开会")
    a_grant(hood).withdraw(by=hood.staff, now=MONDAY)
    with pytest.raises(NotYours):
        a_grant(hood, by=hood.worker)
    assert not Posting.objects.exists()


def test_from_the_form_to_the_other_colleague(hood: Hood) -> None:
    for n in range(3):
        comrade(hood, f"党员{n}")
    client = Client()
    client.force_login(hood.staff)
    form = {
        "community": hood.community.pk, "request_key": str(uuid4()), "group": "party_member", "words": "党员年度基础分",
        "note": "制度第三条",
    }  # fmt: skip
    wrong = client.post("/points/grants/new/", form | {"amount": "1.5"})
    assert wrong.status_code == 422
    assert "制度第三条" in wrong.content.decode()
    first, again = (client.post("/points/grants/new/", form | {"amount": "60"}) for _twice in range(2))
    assert first.headers["location"] == again.headers["location"]
    client.force_login(hood.secretary)
    page = client.get(first.headers["location"]).content.decode()
    assert "240 分" in page
    assert "批准以后，积分兑得出来吗" in page
    assert "党员1" not in page
    number = Grant.objects.get().number
    client.post(f"/cases/{number}/approve/", {"note": "同意"})
    assert balance(purse_of(hood.party_member)) == 60
    assert number in client.get("/points/grants/").content.decode()
    assert "4 人" in client.get(first.headers["location"]).content.decode()
