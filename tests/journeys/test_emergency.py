"""An emergency on two screens: the commander's desk, and the volunteer's phone that answers with one tap."""

from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from community.directory.models import Person, Volunteer
from grids.models import Emergency
from tests.journeys.browser import MONDAY, As, assert_accessible
from tests.neighbourhood import Town

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_called_on_the_way_there_and_home(town: Town, phone: Page, desktop: Page, as_user: As) -> None:
    hood = town.ours
    hood.volunteer.person = Person.objects.create(community=hood.community, name="周护士", dwelling=hood.dwelling)
    hood.volunteer.save()
    Volunteer.objects.create(person=hood.volunteer.person, skills="医护、急救")
    with time_machine.travel(MONDAY, tick=True) as clock:
        as_user(desktop, hood.secretary)
        desktop.goto("/emergency/declare/")
        desktop.get_by_label("燃气泄漏").check()
        desktop.get_by_label("3号楼").check()
        desktop.get_by_label("通知内容").fill("3号楼闻到燃气味，请到东门集合。")
        desktop.get_by_label("集合点").fill("小区东门")
        desktop.get_by_label("需要的特长").fill("医护")
        assert_accessible(desktop)
        desktop.get_by_role("button", name="启动并召集").click()
        expect(desktop.get_by_role("heading", level=1)).to_have_text("燃气泄漏")
        row = desktop.locator(".ml-em-person").filter(has_text="周护士")
        expect(row).to_contain_text("未应答")
        assert_accessible(desktop)

        as_user(phone, hood.volunteer)
        phone.goto("/inbox/")
        phone.get_by_role("link", name="紧急召集：燃气泄漏").tap()
        phone.get_by_role("link", name="应答与签到").tap()
        expect(phone.get_by_text("我能到，大约")).to_be_visible()
        assert_accessible(phone)
        phone.get_by_role("button", name="10 分钟").tap()
        expect(phone.get_by_text("已告诉指挥人您会来")).to_be_visible()

        # The board learns of it by itself.
        expect(row).to_contain_text("10 分钟到", timeout=20_000)

        clock.shift(timedelta(minutes=9))
        phone.get_by_role("button", name="我到了：小区东门").tap()
        expect(phone.get_by_text("已签到")).to_be_visible()
        assert_accessible(phone)
        call = Emergency.objects.get().calls.get(user=hood.volunteer)
        assert call.lat is None, "nobody's place is taken without a tap"

        number = Emergency.objects.get().number
        phone.goto(f"/emergency/{number}/doors/{hood.building.pk}/")
        door = phone.locator(".ml-em-door")
        door.get_by_label("说明").fill("老人行动不便")
        door.get_by_role("button", name="需要帮助").tap()
        expect(phone.locator(".ml-em-door-help")).to_contain_text("老人行动不便")
        assert_accessible(phone)
        desktop.reload()
        expect(desktop.locator(".ml-em-log").first).to_contain_text("老人行动不便")

        # Nobody is forgotten on the spot.
        desktop.get_by_role("link", name="解除应急").click()
        desktop.get_by_label("总结").fill("阀门已关，虚惊一场。")
        desktop.get_by_role("button", name="解除应急").click()
        expect(desktop.get_by_text("还有人没有签离")).to_be_visible()
        phone.goto(f"/emergency/calls/{call.pk}/")
        phone.get_by_role("button", name="我离开了，平安").tap()
        expect(phone.get_by_text("您已签离，辛苦了")).to_be_visible()
        desktop.get_by_role("button", name="解除应急").click()
        expect(desktop.locator(".ml-page-head-state")).to_contain_text("已解除")
        assert_accessible(desktop)


def test_the_street_declares_orders_and_sees_every_community(
    town: Town, phone: Page, desktop: Page, as_user: As
) -> None:
    with time_machine.travel(MONDAY, tick=True):
        as_user(desktop, town.officer)
        desktop.goto("/emergency/")
        desktop.get_by_role("link", name="街道统一启动").click()
        desktop.get_by_label("大风暴雨").check()
        desktop.get_by_label("通知内容").fill("大风蓝色预警，请逐户提醒。")
        assert_accessible(desktop)
        desktop.get_by_role("button", name="启动并召集").click()
        expect(desktop.get_by_role("heading", level=1)).to_have_text("大风暴雨")
        desktop.get_by_label("指令").fill("查看一楼商铺招牌")
        desktop.get_by_role("button", name="下达到各社区").click()
        expect(desktop.locator(".ml-em-log").filter(has_text="查看一楼商铺招牌")).to_have_count(3)
        assert_accessible(desktop)

        as_user(phone, town.ours.secretary)
        number = Emergency.objects.get(community=town.ours.community).number
        phone.goto(f"/emergency/{number}/")
        expect(phone.get_by_text("北村街道统一启动")).to_be_visible()
        expect(phone.locator(".ml-em-log").last).to_contain_text("查看一楼商铺招牌")
        assert_accessible(phone)

        as_user(phone, town.officer)
        phone.goto(desktop.url)
        expect(phone.get_by_role("link", name="毕家洼东区").first).to_be_visible()
        assert_accessible(phone)
