"""A door-knock round and the day's calls on a phone; one click and the coverage on a desktop."""

import re

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page, expect

from community.directory.models import Dwelling
from grids.models import CareCall, CarePlan, Incident, VisitRecord
from tests.journeys.browser import MONDAY, As, assert_accessible
from tests.neighbourhood import Town
from tests.specimens import a_care, a_round
from wishes.models import Wish

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_round_door_by_door_and_the_leaders_view_of_it(town: Town, phone: Page, desktop: Page, as_user: As) -> None:
    hood = town.ours
    for room in ("302", "201"):
        Dwelling.objects.create(building=hood.building, unit="1单元", room=room)
    with time_machine.travel(MONDAY, tick=True):
        a_round(hood)
        as_user(phone, hood.worker)
        phone.goto("/grids/today/")
        phone.get_by_role("link", name="入冬安全敲门行动").tap()
        expect(phone.get_by_role("heading", level=1)).to_have_text("入冬安全敲门行动")
        assert_accessible(phone)
        phone.get_by_role("link", name=re.compile("3号楼")).first.tap()
        expect(phone.get_by_text("3层")).to_be_visible()
        assert_accessible(phone)

        # Nobody home is one tap; the staircase shows it at once.
        phone.get_by_role("link", name="302").tap()
        phone.get_by_role("button", name="家里没人").tap()
        expect(phone.get_by_role("link", name="302")).to_contain_text("没人")

        # A talk is written once: the wish goes to the wishes.
        phone.get_by_role("link", name="301").tap()
        phone.get_by_role("checkbox", name="张秀兰").tap()
        phone.get_by_label("走访情况").fill("女儿周末回来")
        phone.get_by_text("有心愿").tap()
        phone.get_by_label("居民的心愿").fill("想学会用手机视频")
        phone.get_by_role("button", name="见到人了").tap()
        expect(phone.get_by_text("需要先征得本人同意")).to_be_visible()
        assert_accessible(phone)
        phone.get_by_label("已征得本人同意代为许愿").tap()
        phone.get_by_role("button", name="见到人了").tap()
        expect(phone.get_by_role("link", name="301")).to_contain_text("已走访")
        assert_accessible(phone)
        assert Wish.objects.get().channel == "visit"
        assert VisitRecord.objects.count() == 2

        as_user(desktop, hood.leader)
        desktop.goto("/grids/visits/coverage/")
        expect(desktop.get_by_role("link", name=re.compile("3号楼"))).to_contain_text("1 / 3")
        assert_accessible(desktop)


def test_one_click_for_an_elder_and_the_days_calls(town: Town, phone: Page, desktop: Page, as_user: As) -> None:
    hood = town.ours
    person = hood.resident.person
    assert person is not None
    with time_machine.travel(MONDAY, tick=True):
        as_user(desktop, hood.staff)
        desktop.goto(f"/grids/visits/homes/{hood.dwelling.pk}/")
        assert_accessible(desktop)
        desktop.get_by_role("link", name="五个一助老").last.click()
        assert_accessible(desktop)
        desktop.get_by_label("老人本人同意").check()
        desktop.get_by_role("button", name="一键建立五个一").click()
        expect(desktop.get_by_text("一节一慰问")).to_be_visible()
        assert_accessible(desktop)
        assert CarePlan.objects.get().person == person

        as_user(phone, hood.worker)
        phone.goto("/grids/care/calls/")
        expect(phone.get_by_role("link", name="19912345678")).to_have_attribute("href", "tel:19912345678")
        assert_accessible(phone)
        phone.get_by_role("button", name="未接通").tap()
        phone.get_by_role("link", name="需帮助").tap()
        phone.get_by_label("说几句").fill("摔倒了起不来")
        assert_accessible(phone)
        phone.get_by_role("button", name="需要帮助").tap()
        expect(phone.get_by_text("已紧急上报")).to_be_visible()
        assert Incident.objects.get().is_urgent

        desktop.goto("/grids/care/")
        expect(desktop.get_by_role("row", name=re.compile(r"张\*"))).to_contain_text("需要帮助")
        assert_accessible(desktop)


def test_the_board_shows_whom_nobody_has_reached(town: Town, desktop: Page, as_user: As) -> None:
    with time_machine.travel(MONDAY, tick=True):
        a_care(town.ours)
        as_user(desktop, town.ours.leader)
        desktop.goto("/grids/care/")
        expect(desktop.get_by_role("row", name=re.compile(r"张\*"))).to_contain_text("还没联系上")
        assert_accessible(desktop)
        assert CareCall.objects.of_kind().open().exists()


def test_ticks_outlive_turning_the_page(
    town: Town, desktop: Page, as_user: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grids.visits.views.tiers.PAGE", 2)
    for room in ("302", "401", "402"):
        Dwelling.objects.create(building=town.ours.building, unit="1单元", room=room)
    as_user(desktop, town.ours.leader)
    desktop.goto(reverse("visits:tiers"))
    desktop.get_by_label("402").check()
    desktop.get_by_role("link", name="下一页").click()
    desktop.get_by_label("302").check()
    expect(desktop.get_by_role("button", name="调整勾选的住户 2")).to_be_visible()
    assert_accessible(desktop)
    desktop.get_by_role("link", name="上一页").click()
    expect(desktop.get_by_label("402")).to_be_checked()
    desktop.get_by_role("button", name="调整勾选的住户 2").click()
    expect(desktop.get_by_text("选了 2 户")).to_be_visible()
    desktop.get_by_role("link", name="返回").click()
    desktop.get_by_role("button", name="调整符合条件的全部 4 户").click()
    expect(desktop.get_by_text("选了 4 户")).to_be_visible()
