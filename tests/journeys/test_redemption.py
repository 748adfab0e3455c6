"""A member redeems on a phone, and the partner's account hands it over by the code."""

from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from community.timers.sweep import sweep
from points.models import Redemption
from tests.journeys.browser import MONDAY, As, assert_accessible
from tests.neighbourhood import Town
from tests.points.purses import balance, give, purse_of
from tests.specimens import a_draw, an_offer

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_from_the_catalogue_to_the_counter(town: Town, phone: Page, desktop: Page, as_user: As) -> None:
    hood = town.ours
    give(hood.resident, 30)
    with time_machine.travel(MONDAY, tick=True):
        an_offer(hood)
        draw = a_draw(hood, price=10)
        as_user(phone, hood.resident)
        phone.goto("/points/mine/")
        phone.get_by_role("link", name="积分兑换").click()
        assert_accessible(phone)
        phone.get_by_role("link", name="理发一次").click()
        assert_accessible(phone)
        phone.get_by_role("button", name="放进购物车").click()
        expect(phone.get_by_role("heading", level=1)).to_have_text("购物车")
        assert_accessible(phone)
        phone.get_by_role("button", name="确认兑换，用 10 分").click()
        expect(phone.locator(".ml-page-head-state")).to_contain_text("待领取")
        made = Redemption.objects.get()
        expect(phone.locator("main")).to_contain_text(made.shown_code)
        assert_accessible(phone)

        # They also enter the draw for the rice cooker; before it, only the seed's hash is there.
        phone.goto(f"/points/redemption/draws/{draw.number}/")
        phone.get_by_role("button", name="报名，预留 10 分").click()
        expect(phone.locator("main")).to_contain_text("您的号码：1")
        expect(phone.locator("main")).to_contain_text(draw.commitment)
        expect(phone.locator("main")).not_to_contain_text(draw.secret)
        assert_accessible(phone)

        # The partner types the code that the member reads out.
        as_user(desktop, hood.partner)
        desktop.goto("/points/redemption/counter/")
        assert_accessible(desktop)
        desktop.get_by_role("textbox", name="领取码").fill("no such code")
        desktop.get_by_role("button", name="查找").click()
        expect(desktop.locator("main")).to_contain_text("没有找到这个领取码")
        desktop.get_by_role("textbox", name="领取码").fill(made.shown_code.lower())
        desktop.get_by_role("button", name="查找").click()
        assert_accessible(desktop)
        desktop.get_by_role("button", name="确认已交给居民").click()
        expect(desktop.locator(".ml-page-head-state")).to_contain_text("已领取")
        assert balance(purse_of(hood.resident)) == 10

    with time_machine.travel(MONDAY + timedelta(days=50), tick=True):
        # The desk settles the window; the partner confirms.
        sweep(MONDAY + timedelta(days=50))
        as_user(desktop, hood.staff)
        desktop.goto(f"/points/redemption/windows/{made.window_id}/")
        desktop.get_by_role("button", name="出结算单").click()
        expect(desktop.locator("main")).to_contain_text("待确认")
        assert_accessible(desktop)
        as_user(phone, hood.partner)
        phone.goto("/points/redemption/settlements/")
        phone.get_by_role("link", name=hood.unit.name).click()
        phone.get_by_role("button", name="核对无误，代表单位确认").click()
        expect(phone.locator("main")).to_contain_text(str(hood.partner))
        assert_accessible(phone)
