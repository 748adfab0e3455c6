"""A building changes grid: dragged on the drawing board, looked at, confirmed, and at midnight its people have a new
grid worker; then a neighbour claims a post and a stranger verifies the licence."""

from datetime import datetime, timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from community.directory.models import Building, Membership
from community.timers.sweep import sweep
from grids.models import Licence, Redraw
from tests.journeys.browser import MONDAY, As, assert_accessible
from tests.neighbourhood import Town

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MIDNIGHT = (MONDAY + timedelta(days=7)).replace(hour=0, minute=0)


def test_dragged_confirmed_and_at_midnight_a_new_grid(town: Town, desktop: Page, phone: Page, as_user: As) -> None:
    hood = town.ours
    Building.objects.create(estate=hood.building.estate, grid=hood.grid, name="4号楼")
    Membership.begin(user=hood.resident, dwelling=hood.dwelling, how=Membership.How.CODE)
    with time_machine.travel(MONDAY, tick=True):
        as_user(desktop, hood.secretary)
        desktop.goto("/grids/drawing/")
        desktop.get_by_label("生效日期").fill(f"{MIDNIGHT:%Y-%m-%d}")
        desktop.get_by_role("button", name="去划分").click()
        target = desktop.locator("[data-column]").nth(1)
        desktop.get_by_text("3号楼").drag_to(target)
        expect(target.get_by_text("3号楼")).to_be_visible()
        expect(desktop.get_by_text("已划动 1 栋楼")).to_be_visible()
        assert_accessible(desktop)
        # Back with the keyboard, and there again: dragging is never the only way.
        first = desktop.locator("[data-column]").nth(0)
        box = target.get_by_role("checkbox")
        box.focus()
        desktop.keyboard.press("Space")
        first.get_by_role("button").focus()
        desktop.keyboard.press("Enter")
        expect(desktop.get_by_text("已划动 0 栋楼")).to_be_visible()
        first.get_by_text("3号楼").click()
        target.get_by_role("button").click()
        expect(target.get_by_text("3号楼")).to_be_visible()
        desktop.get_by_role("link", name="看谁会变动").click()
        expect(desktop.get_by_text("1 户换网格")).to_be_visible()
        assert_accessible(desktop)
        with desktop.expect_navigation():
            desktop.get_by_role("link", name="确认划分").click()
        with desktop.expect_navigation():
            desktop.get_by_role("button", name="确认划分").click()
        expect(desktop.get_by_text("待生效").first).to_be_visible()
        assert Redraw.objects.get().status == "planned"

        as_user(phone, hood.resident)
        phone.goto("/grids/my-grid/")
        expect(phone.get_by_role("heading", name="第1网格")).to_be_visible()
    with time_machine.travel(midnight_after(), tick=True):
        sweep()
        phone.goto("/grids/my-grid/")
        expect(phone.get_by_role("heading", name="第2网格")).to_be_visible()
        expect(phone.get_by_role("link", name=f"打给网格员{hood.other_worker}")).to_be_visible()
        phone.get_by_role("button", name="长辈版").click()
        assert_accessible(phone)


def midnight_after() -> datetime:
    return MIDNIGHT + timedelta(seconds=5)


def test_a_post_offered_claimed_and_verified_by_a_stranger(
    town: Town, phone: Page, other_phone: Page, as_user: As
) -> None:
    hood = town.ours
    with time_machine.travel(MONDAY, tick=True):
        as_user(other_phone, hood.leader)
        other_phone.goto("/grids/posts/offer/")
        other_phone.get_by_label("岗位").select_option(label="小巷管家")
        other_phone.get_by_label("在哪里").select_option(label="第1网格")
        assert_accessible(other_phone)
        other_phone.get_by_role("button", name="发布").click()

        as_user(phone, hood.neighbour)
        phone.goto("/grids/openings/")
        assert_accessible(phone)
        phone.get_by_role("link", name="看看这个岗").tap()
        phone.get_by_role("link", name="我来认岗").tap()
        phone.get_by_role("button", name="我来认岗").tap()
        expect(phone.get_by_text("待审批").first).to_be_visible()

        other_phone.reload()
        other_phone.get_by_role("link", name="同意上岗").tap()
        other_phone.get_by_role("button", name="同意上岗").tap()
        expect(other_phone.get_by_text("已到岗").first).to_be_visible()

        phone.goto("/grids/openings/")
        phone.get_by_role("link", name="我的上岗证").tap()
        expect(phone.get_by_role("button", name="我同意显示全名")).to_be_visible()
        assert_accessible(phone)
        phone.get_by_role("button", name="我同意显示全名").tap()
        expect(phone.get_by_text(f"姓名显示为“{hood.neighbour}”")).to_be_visible()

        other_phone.context.clear_cookies()  # a stranger scans the code
        other_phone.goto(f"/licence/{Licence.objects.get().key}/")
        expect(other_phone.get_by_text("此人现在确实担任这个岗位")).to_be_visible()
        assert_accessible(other_phone)
