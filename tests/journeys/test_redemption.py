"""A member redeems on a phone, and the partner's account hands it over by the code."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, expect

from community.timers.sweep import sweep
from points.models import Redemption
from tests.journeys.browser import MONDAY, As, assert_accessible
from tests.journeys.camera import film_of, screen
from tests.journeys.pocket import Pocket
from tests.neighbourhood import Town
from tests.points.purses import balance, give, purse_of, sink_of
from tests.specimens import a_draw, an_offer

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_from_the_catalogue_to_the_counter(
    town: Town, phone: Page, desktop: Page, pocket: Pocket, as_user: As, tmp_path: Path
) -> None:
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

        # The partner's computer has no camera: it says so, and the code is typed as the member reads it out.
        phone.goto(made.get_absolute_url())
        pocket.film = film_of(screen(phone.locator(".ml-qr")), tmp_path)
        as_user(desktop, hood.partner)
        desktop.goto("/points/redemption/counter/")
        assert_accessible(desktop)
        desktop.get_by_role("button", name="扫码").click()
        expect(desktop.get_by_role("alert")).to_contain_text("没有打开相机")
        expect(desktop.get_by_role("textbox", name="领取码")).to_be_focused()
        assert_accessible(desktop)
        desktop.get_by_role("textbox", name="领取码").fill("no such code")
        desktop.get_by_role("button", name="查找").click()
        expect(desktop.locator("main")).to_contain_text("没有找到这个领取码")
        desktop.get_by_role("textbox", name="领取码").fill(made.shown_code.lower())
        desktop.get_by_role("button", name="查找").click()
        assert_accessible(desktop)

        # A phone's camera sees the member's screen, which finds the order at once.
        counter = pocket.start(hood.partner)
        counter.goto("/points/redemption/counter/")
        counter.get_by_role("button", name="扫码").tap()
        counter.get_by_role("button", name="确认已交给居民").tap()
        expect(counter.locator(".ml-page-head-state")).to_contain_text("已领取")
        assert (balance(purse_of(hood.resident)), balance(sink_of(hood.resident))) == (10, 10)

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
