"""A household's sheet on a phone: left half way, taken up again, handed in, sent back and put right."""

import pytest
import time_machine
from playwright.sync_api import Page, expect

from grids.models import Sheet
from tests.journeys.browser import MONDAY, As, assert_accessible
from tests.neighbourhood import Town
from tests.specimens import a_survey

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_sheet_from_the_door_to_its_acceptance(town: Town, phone: Page, desktop: Page, as_user: As) -> None:
    hood = town.ours
    with time_machine.travel(MONDAY, tick=True):
        survey = a_survey(hood, review_percent=100)
        as_user(phone, hood.worker)
        phone.goto("/surveys/")
        phone.get_by_role("link", name="住房与人口调查").tap()
        phone.get_by_role("link", name="301").tap()
        phone.get_by_label("本户住几口人").fill("1")
        with phone.expect_navigation():
            phone.get_by_role("button", name="保存").first.tap()
        phone.get_by_label("添加一人（姓名）").fill("张秀兰")
        with phone.expect_navigation():
            phone.get_by_role("button", name="添加").tap()
        rooms = phone.get_by_label("几间房")
        rooms.fill("99")
        rooms.blur()
        expect(phone.get_by_text("不能大于 20")).to_be_visible()
        assert_accessible(phone)
        phone.get_by_label("几间房").fill("3")
        phone.get_by_label("几间房").blur()
        expect(phone.get_by_text("已保存")).to_be_visible()

        # Where they work is asked of those who do; and what was said is there after the phone was put away.
        expect(phone.get_by_label("工作单位")).to_be_hidden()
        phone.get_by_label("有", exact=True).check()
        expect(phone.get_by_label("工作单位")).to_be_visible()
        phone.goto("/surveys/")
        phone.goto(f"/surveys/sheets/{survey.sheets.get().pk}/")
        expect(phone.get_by_label("几间房")).to_have_value("3")
        with phone.expect_navigation():
            phone.get_by_role("button", name="提交这一户").tap()
        expect(phone.get_by_text("还有 1 项没有填。").first).to_be_visible()
        phone.get_by_label("工作单位").fill("社区食堂")
        phone.get_by_label("工作单位").blur()
        expect(phone.locator(".ml-sv-kept")).to_have_count(3)
        with phone.expect_navigation():
            phone.get_by_role("button", name="提交这一户").tap()
        expect(phone.locator(".ml-state").get_by_text("待复核")).to_be_visible()

        as_user(desktop, hood.staff)
        desktop.goto(f"/surveys/{survey.number}/")
        expect(desktop.locator("main")).to_contain_text("户不漏人")
        assert_accessible(desktop)
        desktop.get_by_role("link", name="待复核").click()
        desktop.get_by_role("link", name="301").click()
        desktop.get_by_label("几间房").check()
        desktop.get_by_label("退回原因").fill("与底册不符")
        assert_accessible(desktop)
        with desktop.expect_navigation():
            desktop.get_by_role("button", name="退回勾选的项").click()

        phone.goto(f"/surveys/sheets/{survey.sheets.get().pk}/")
        phone.get_by_role("link", name="几间房").tap()  # from the head of the sheet to what was sent back
        expect(phone.get_by_text("与底册不符")).to_be_in_viewport()
        phone.get_by_label("几间房").fill("2")
        phone.get_by_label("几间房").blur()
        expect(phone.get_by_text("与底册不符")).to_have_count(0)
        with phone.expect_navigation():
            phone.get_by_role("button", name="提交这一户").tap()
        desktop.goto(f"/surveys/sheets/{survey.sheets.get().pk}/review/")
        desktop.get_by_role("button", name="通过").click()
        expect(desktop.locator(".ml-state").get_by_text("已通过")).to_be_visible()
        assert survey.sheets.get().stage == Sheet.Stage.ACCEPTED


def test_a_draft_is_put_in_order_with_the_mouse_and_with_keys(town: Town, desktop: Page, as_user: As) -> None:
    hood = town.ours
    with time_machine.travel(MONDAY, tick=True):
        survey = a_survey(hood)
        survey.revise(by=hood.secretary)
        as_user(desktop, hood.secretary)
        desktop.goto(f"/surveys/{survey.number}/form/")
        asked = desktop.locator("[data-question] b")
        expect(asked).to_have_text(["几间房", "有工作吗", "工作单位", "慢性病"])
        asked.nth(3).drag_to(asked.nth(1))
        expect(asked).to_have_text(["几间房", "慢性病", "有工作吗", "工作单位"])

        # With keys the button that was pressed keeps the focus, so one may press it again.
        desktop.get_by_role("button", name="上移“慢性病”").focus()
        desktop.keyboard.press("Enter")
        expect(asked).to_have_text(["几间房", "慢性病", "有工作吗", "工作单位"])
        expect(desktop.locator("[data-part]").first.locator("b")).to_have_text(["几间房", "慢性病"])
        desktop.keyboard.press("Enter")
        expect(asked).to_have_text(["慢性病", "几间房", "有工作吗", "工作单位"])
        desktop.get_by_role("button", name="下移“有工作吗”").click()
        expect(desktop.get_by_text("要排在它后面")).to_be_visible()
        assert_accessible(desktop)
