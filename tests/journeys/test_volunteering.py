"""A volunteer on a phone: sign up, scan the organiser's code, have the hours confirmed, read one's record."""

import re
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from community.timers.sweep import sweep
from tests.journeys.browser import As, assert_accessible
from tests.neighbourhood import Town
from tests.specimens import MONDAY
from tests.volunteer_specimens import an_activity

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_from_signing_up_to_ones_record(town: Town, phone: Page, other_phone: Page, desktop: Page, as_user: As) -> None:
    hood = town.ours
    with time_machine.travel(MONDAY, tick=True):
        activity = an_activity(hood, needed=3)
        as_user(phone, hood.resident)
        phone.goto("/me/")
        phone.get_by_role("link", name="志愿服务").click()
        assert_accessible(phone)
        phone.get_by_role("link", name=activity.team.name).click()
        assert_accessible(phone)
        phone.get_by_role("button", name="我要加入").click()
        expect(phone.locator("main")).to_contain_text("我在这支队伍里")
        phone.get_by_role("link", name="清理楼道").click()
        phone.get_by_role("link", name="我要报名").click()
        phone.get_by_role("button", name="我要报名").click()
        expect(phone.locator("main")).to_contain_text("您已报名")
        assert_accessible(phone)
        # From now on it stands in the phone's own calendar, which knows no sign-in; until the address is changed.
        phone.goto("/points/teams/mine/")
        phone.get_by_role("link", name="加到手机日历").click()
        assert_accessible(phone)
        phone.get_by_role("button", name="生成我的订阅地址").click()
        expect(phone.get_by_role("link", name="在日历中订阅")).to_have_attribute("href", re.compile("^webcal://"))
        assert_accessible(phone)
        address = phone.get_by_label("订阅地址").input_value()
        assert "SUMMARY:清理楼道" in other_phone.request.get(address).text()
        phone.get_by_role("button", name="换一个新地址").click()
        phone.get_by_role("button", name="换新地址").click()
        expect(phone.locator("main")).to_contain_text("还没有日历来取过")
        assert other_phone.request.get(address).status == 404

    with time_machine.travel(activity.starts_at + timedelta(minutes=1), tick=True):
        sweep(activity.starts_at)
        # The leader shows the code on a phone of their own; the volunteer's has no camera, so they type it.
        as_user(other_phone, hood.volunteer)
        other_phone.goto(f"/cases/{activity.number}/")
        assert_accessible(other_phone)
        other_phone.get_by_role("link", name="出示签到码").click()
        assert_accessible(other_phone)
        code = other_phone.locator(".ml-qr figcaption").inner_text()
        as_user(phone, hood.resident)
        phone.goto("/points/teams/scan/")
        phone.get_by_role("button", name="打开相机").click()
        expect(phone.get_by_role("alert")).to_contain_text("没有打开相机")
        assert_accessible(phone)
        phone.get_by_role("textbox", name="签到码").fill(code)
        phone.get_by_role("button", name="下一步").click()
        assert_accessible(phone)
        phone.get_by_role("button", name="我到了，签到").click()
        expect(phone.locator("main")).to_contain_text("您已签到")
        other_phone.reload()
        expect(other_phone.locator("main")).to_contain_text("1 人已到")
        # Who has no phone with them is ticked.
        other_phone.get_by_role("link", name="没带手机的，勾选名字").click()
        assert_accessible(other_phone)
        other_phone.get_by_label(str(hood.neighbour)).check()
        other_phone.get_by_role("button", name="勾选到场的人").click()
        expect(other_phone.locator("main")).to_contain_text(str(hood.neighbour))

    with time_machine.travel(activity.ends_at + timedelta(minutes=5), tick=True):
        sweep(activity.ends_at)
        as_user(other_phone, hood.volunteer)
        other_phone.goto(f"/cases/{activity.number}/")
        other_phone.get_by_role("link", name="报时长").click()
        assert_accessible(other_phone)
        other_phone.get_by_label(str(hood.neighbour)).fill("1.3")
        other_phone.get_by_role("button", name="报时长").click()
        expect(other_phone.locator("main")).to_contain_text("一刻钟")
        other_phone.get_by_label(str(hood.neighbour)).fill("1.5")
        other_phone.get_by_role("button", name="报时长").click()
        expect(other_phone.locator(".ml-page-head-state")).to_contain_text("时长待确认")

        as_user(desktop, hood.staff)
        desktop.goto(f"/cases/{activity.number}/")
        assert_accessible(desktop)
        desktop.get_by_role("link", name="确认时长").click()
        desktop.get_by_role("button", name="确认时长").click()
        expect(desktop.locator(".ml-page-head-state")).to_contain_text("已记录")

        as_user(phone, hood.resident)
        phone.goto("/points/teams/mine/")
        expect(phone.locator("main")).to_contain_text("2 小时")
        expect(phone.locator("main")).to_contain_text(str(hood.staff))
        assert_accessible(phone)
        phone.get_by_role("link", name="志愿服务证书").click()
        phone.get_by_role("button", name="开具证书（免费）").click()
        expect(phone.locator("main")).to_contain_text("下载")
