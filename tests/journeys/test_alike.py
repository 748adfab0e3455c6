"""Typing on a phone: the hub offers the category, knows of the same problem, and one tap joins it."""

import pytest
import time_machine
from playwright.sync_api import Page, expect

from grids.models import Category, Incident, Supporter
from tests.journeys.browser import MONDAY, As, assert_accessible
from tests.neighbourhood import Town

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_neighbour_joins_what_is_reported_already(town: Town, phone: Page, as_user: As) -> None:
    hood = town.ours
    with time_machine.travel(MONDAY, tick=True):
        lamp = Category.objects.get(code="01037", variant="不亮")
        told = Incident.report(
            by=hood.neighbour, community=hood.community, building=hood.building, category=lamp,
            description="楼前路灯三天不亮",
        )  # fmt: skip
        as_user(phone, hood.resident)
        phone.goto("/grids/report/")
        phone.get_by_label("看到了什么？").press_sequentially("楼前的路灯坏了")
        phone.get_by_role("button", name="路灯异常（不亮）").tap()
        expect(phone.locator(f"input[name=category][value='{lamp.pk}']")).to_be_checked()
        phone.get_by_role("button", name="下一步").tap()
        phone.get_by_label("具体位置").fill("北侧")
        expect(phone.get_by_role("heading", name="附近已有相同问题")).to_be_visible()
        assert_accessible(phone)
        phone.get_by_role("button", name="我也遇到").tap()
        expect(phone.get_by_role("heading", level=1)).to_have_text("已加入，谢谢您")
        assert_accessible(phone)
    assert Incident.objects.count() == 1
    assert Supporter.objects.get(incident=told).words == "北侧 · 楼前的路灯坏了"
