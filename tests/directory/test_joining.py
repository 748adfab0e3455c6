"""Asking to join a household: the grid worker who knows the door decides, nobody else sees it, nobody waits for ever."""

from datetime import datetime, timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from community.access.models import Reveal
from community.core.models import Case
from community.core.workflow import MoveError, NotNow, NotYours
from community.directory.models import Membership, User
from community.notices.models import Delivery, Notice
from community.timers.models import Deadline
from community.timers.sweep import sweep
from grids.models import JoinRequest
from tests.neighbourhood import Hood, Town, build_town

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def ask(hood: Hood, by: User | None = None, note: str = "我是户主的女儿") -> JoinRequest:
    return JoinRequest.request(by=by or hood.neighbour, dwelling=hood.dwelling, note=note, now=MONDAY)


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("code", flat=True))


def test_the_grid_worker_admits(hood: Hood) -> None:
    asked = ask(hood)
    assert asked.number == f"RH260302-{hood.community.pk}-0001"
    assert (asked.grid, asked.awaits_perm, asked.due_at) == (hood.grid, "admit_households", MONDAY + timedelta(days=1))
    assert "joining.asked" in told(hood.worker)

    asked.approve(by=hood.worker, now=MONDAY + timedelta(hours=2))
    membership = Membership.objects.current().get(user=hood.neighbour)
    assert (membership.dwelling, membership.how, membership.admitted_by) == (hood.dwelling, "request", hood.worker)
    assert (asked.status, asked.due_at, asked.pending_of) == ("approved", None, None)
    assert told(hood.neighbour) == ["joining.admitted"]
    assert Delivery.objects.filter(notice__recipient=hood.neighbour, channel="sms").count() == 1
    assert not Deadline.objects.of(asked).running().exists()


def test_a_refusal_says_why(hood: Hood) -> None:
    asked = ask(hood)
    with pytest.raises(ValidationError, match="理由"):
        asked.refuse(by=hood.worker, now=MONDAY, note=" ")
    asked.refuse(by=hood.worker, now=MONDAY, note="户主说不认识")
    assert Notice.objects.get(recipient=hood.neighbour).body == "原因：户主说不认识"
    assert not Membership.objects.exists()
    assert ask(hood).number.endswith("0002")  # and one may ask again


def test_one_request_at_a_time(hood: Hood) -> None:
    asked = ask(hood)
    with pytest.raises(NotNow, match="已有一份"):
        ask(hood)
    asked.withdraw(by=hood.neighbour, now=MONDAY)
    assert ask(hood)


def test_who_decides(town: Town) -> None:
    hood, asked = town.ours, ask(town.ours)
    for person in (hood.neighbour, hood.resident, hood.volunteer, hood.other_worker, town.theirs.worker, town.officer):
        with pytest.raises(NotYours):
            asked.approve(by=person, now=MONDAY)
    with pytest.raises(NotYours):
        asked.withdraw(by=hood.worker, now=MONDAY)
    asked.approve(by=hood.staff, now=MONDAY)


def test_nobody_admits_themselves(hood: Hood) -> None:
    asked = ask(hood, by=hood.worker)
    with pytest.raises(NotYours):
        asked.approve(by=hood.worker, now=MONDAY)
    asked.approve(by=hood.leader, now=MONDAY)


def test_silence_climbs(town: Town) -> None:
    asked = ask(town.ours)
    sweep(MONDAY + timedelta(days=1, minutes=1))
    asked.refresh_from_db()
    assert asked.tier == Case.Tier.LEADER
    sweep(MONDAY + timedelta(days=2, minutes=1))
    asked.refresh_from_db()
    assert asked.tier == Case.Tier.STREET
    assert "clock.missed" in told(town.officer)


def test_a_request_sent_twice_by_the_phone_is_one(client: Client, hood: Hood) -> None:
    client.force_login(hood.neighbour)
    key = "7f1c5f0e-9a54-4f6e-8f57-3c6a4f2f3a10"
    form = {"dwelling": hood.dwelling.pk, "note": "", "request_key": key}
    pages = [client.post(f"/household/ask/?building={hood.building.pk}", form) for _send in range(2)]
    assert [page.status_code for page in pages] == [302, 302]
    assert pages[0].headers["Location"] == pages[1].headers["Location"]
    assert JoinRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_decide_once() -> None:
    hood = build_town().ours
    asked, ready, refused = ask(hood), Barrier(2), list[str]()

    def decide(user: User) -> None:
        try:
            mine = JoinRequest.objects.get(pk=asked.pk)
            ready.wait(timeout=10)
            mine.approve(by=user, now=MONDAY)
        except MoveError as error:
            refused.append(str(error.message))
        finally:
            connection.close()

    threads = [Thread(target=decide, args=(user,)) for user in (hood.worker, hood.leader)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert "已入户" in refused[0]
    assert Membership.objects.count() == 1
    assert asked.timeline.filter(verb="approve").count() == 1


# The pages


def test_the_way_from_the_menu_to_the_receipt(client: Client, hood: Hood) -> None:
    client.force_login(hood.neighbour)
    assert "没有入户码" in client.get("/household/").content.decode()
    doors = client.get("/household/ask/", {"building": hood.building.pk}).content.decode()
    assert "1单元301" in doors
    assert "张秀兰" not in doors
    receipt = client.post(f"/household/ask/?building={hood.building.pk}", {"dwelling": hood.dwelling.pk}, follow=True)
    number = JoinRequest.objects.get().number
    assert number in receipt.content.decode()
    assert f"/cases/{number}/" in client.get("/household/").content.decode()


def test_another_communitys_building_is_not_offered(client: Client, town: Town) -> None:
    client.force_login(town.ours.neighbour)
    assert client.get("/household/ask/", {"building": town.theirs.building.pk}).status_code == 404
    form = {"dwelling": town.theirs.dwelling.pk}
    assert client.post(f"/household/ask/?building={town.ours.building.pk}", form).status_code == 422
    assert not JoinRequest.objects.exists()


@pytest.mark.parametrize("building", ["", "x", "0", "99999999999999999999", "９９９９９９９"])
def test_an_address_made_up_is_not_found(client: Client, hood: Hood, building: str) -> None:
    client.force_login(hood.neighbour)
    assert client.get("/household/ask/", {"building": building}).status_code == 404


def test_another_grids_worker_does_not_find_it(client: Client, town: Town) -> None:
    asked = ask(town.ours)
    for person in (town.ours.other_worker, town.theirs.worker, town.theirs.secretary, town.ours.resident):
        client.force_login(person)
        assert client.get(f"/cases/{asked.number}/").status_code == 404
        assert client.post(f"/cases/{asked.number}/approve/", {}).status_code == 404
    asked.refresh_from_db()
    assert asked.status == "requested"


def test_the_worker_decides_on_the_page_and_a_look_at_the_name_is_recorded(client: Client, hood: Hood) -> None:
    User.objects.filter(pk=hood.neighbour.pk).update(name="王桂芬", phone="13911112222")
    asked = ask(hood)
    client.force_login(hood.worker)
    page = client.get(f"/cases/{asked.number}/").content.decode()
    assert "139****2222" in page
    assert "王桂芬" not in page
    shown = client.post(f"/cases/{asked.number}/contact/", {"reason": "打电话核实身份"}).content.decode()
    assert "王桂芬" in shown
    assert Reveal.objects.about(hood.neighbour).get().seen_by == hood.worker
    assert client.post(f"/cases/{asked.number}/refuse/", {"note": ""}).status_code == 422
    client.post(f"/cases/{asked.number}/approve/", {"note": ""})
    assert Membership.objects.current().get(user=hood.neighbour).dwelling == hood.dwelling


def test_the_code_on_the_page(client: Client, hood: Hood) -> None:
    from community.directory.models import HouseholdCode

    ((_door, code),) = HouseholdCode.make([hood.dwelling], by=hood.worker)
    client.force_login(hood.neighbour)
    assert code in client.get("/household/", {"code": code}).content.decode()
    wrong = client.post("/household/enter/", {"code": "AAAA3333"})
    assert (wrong.status_code, "不正确或已失效" in wrong.content.decode()) == (422, True)
    assert client.post("/household/enter/", {"code": code}).headers["Location"] == "/me/"
    assert Membership.objects.current().get(user=hood.neighbour)


def test_guessing_on_the_page_ends_in_plain_words(client: Client, hood: Hood) -> None:
    client.force_login(hood.neighbour)
    for _guess in range(5):
        client.post("/household/enter/", {"code": "AAAA3333"})
    assert "15 分钟后" in client.post("/household/enter/", {"code": "AAAA3333"}).content.decode()


def test_asking_twice_over_the_api_is_refused_and_says_why(client: Client, hood: Hood) -> None:
    client.force_login(hood.neighbour)
    address, facts = "/api/cases/joining/", {"dwelling": hood.dwelling.pk}
    assert client.post(address, facts, content_type="application/json").status_code == 201
    again = client.post(address, facts, content_type="application/json")
    assert again.status_code == 409
    assert "审核中" in again.json()["detail"]
