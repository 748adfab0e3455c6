"""An incident in the browser: answered in time, sent up, checked, rated and reopened; and one that nobody answers."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, expect

from community.directory.models import User
from community.timers.sweep import sweep
from grids.models import Category, Incident
from tests.journeys.browser import MONDAY, As, assert_accessible
from tests.neighbourhood import Town

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def report(page: Page, category: str, photo: Path | None = None) -> None:
    """From the front page to the receipt, in two short steps."""
    page.goto("/")
    page.get_by_role("link", name="反映问题").first.tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("反映问题")
    choice = page.get_by_role("radio", name=category)
    if not choice.is_visible():
        page.get_by_text("更多类别").tap()
    choice.tap()
    if photo:
        page.locator("input[type=file]").set_input_files(photo)
    assert_accessible(page)
    page.get_by_role("button", name="下一步").tap()
    page.get_by_label("具体位置").fill("2单元门口")
    assert_accessible(page)
    page.get_by_role("button", name="提交").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("已收到，谢谢您")
    assert_accessible(page)


def ask(page: Page, move: str) -> None:
    """From a case's page to the form of one move."""
    page.get_by_role("link", name=move).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(move)
    assert_accessible(page)


def do(page: Page, move: str, note: str = "") -> None:
    """One move on a case's page: its link, its form, and back."""
    ask(page, move)
    if note:
        page.locator("textarea[name=note]").fill(note)
    page.get_by_role("button", name=move).click()


def stands(page: Page, state: str) -> None:
    expect(page.locator(".ml-page-head-state")).to_contain_text(state)
    assert_accessible(page)


def test_answered_sent_up_checked_rated_and_reopened(
    town: Town, phone: Page, other_phone: Page, desktop: Page, as_user: As, snapshot: Path
) -> None:
    hood = town.ours
    with time_machine.travel(MONDAY, tick=True) as clock:
        as_user(phone, hood.resident)
        report(phone, "暴露垃圾", snapshot)
        incident = Incident.objects.get()
        assert (incident.building, incident.grid, incident.level) == (hood.building, hood.grid, 0)

        # One tap on the worker's phone answers it, within the hour.
        clock.shift(timedelta(minutes=20))
        as_user(other_phone, hood.worker)
        other_phone.goto("/grids/today/")
        assert_accessible(other_phone)
        other_phone.get_by_role("button", name="我来处理").tap()
        stands(other_phone, "处理中")

        # It needs the community: the worker sends it up with a reason.
        ask(other_phone, "派遣")
        other_phone.get_by_label("派到").select_option(label="社区")
        other_phone.locator("textarea[name=note]").fill("建筑垃圾，需要社区联系清运车")
        other_phone.get_by_role("button", name="派遣").tap()
        stands(other_phone, "待响应")

        # At the community's desk: taken, and resolved with evidence.
        clock.shift(timedelta(minutes=10))
        as_user(desktop, hood.staff)
        desktop.goto("/inbox/")
        assert_accessible(desktop)
        desktop.get_by_role("link", name="暴露垃圾").first.click()
        stands(desktop, "待响应")
        do(desktop, "我来处理")
        stands(desktop, "处理中")
        ask(desktop, "处理完毕")
        desktop.get_by_role("button", name="处理完毕").click()
        expect(desktop.locator("main")).to_contain_text("请写明怎样处理的，或附一张照片。")
        desktop.locator("textarea[name=note]").fill("清运车已拉走")
        desktop.locator("input[type=file]").set_input_files(snapshot)
        desktop.get_by_role("button", name="处理完毕").click()
        stands(desktop, "待核查")
        expect(desktop.get_by_role("link", name="核查通过")).to_have_count(0)

        # Checked by another.
        as_user(desktop, hood.secretary)
        desktop.goto(f"/cases/{incident.number}/")
        expect(desktop.locator("main")).to_contain_text("清运车已拉走")
        do(desktop, "核查通过")
        stands(desktop, "待评价")

        # The resident is asked, rates, and it closes.
        phone.goto("/")
        phone.get_by_role("link", name="暴露垃圾").first.tap()
        ask(phone, "评价")
        phone.locator("label", has_text="4 星").tap()
        phone.get_by_role("button", name="评价").tap()
        stands(phone, "已结案")

        # Two days later it lies there again: one word brings it back, and the leader hears of it.
        clock.shift(timedelta(days=2))
        phone.reload()
        do(phone, "问题还在，请再处理", "又堆上了")
        stands(phone, "处理中")
        as_user(other_phone, hood.leader)
        other_phone.goto("/inbox/?show=escalated")
        expect(other_phone.locator("#waiting")).to_contain_text(incident.number)
        expect(other_phone.locator("aside")).to_contain_text("居民反映问题还在")
        assert_accessible(other_phone)
    incident.refresh_from_db()
    assert (incident.status, incident.handler, incident.rating) == ("handling", hood.staff, None)


def test_a_missed_answer_climbs_by_itself(town: Town, phone: Page, desktop: Page, as_user: As) -> None:
    hood = town.ours
    with time_machine.travel(MONDAY, tick=False) as clock:
        as_user(phone, hood.resident)
        report(phone, "道路不洁")
        number = Incident.objects.get().number

        def waits_for(page: Page, user: User, tab: str = "?show=escalated") -> None:
            as_user(page, user)
            page.goto(f"/inbox/{tab}")
            expect(page.locator("#waiting")).to_contain_text(number)
            expect(page.locator("#waiting")).to_contain_text("已超时")
            assert_accessible(page)

        def is_spared(page: Page, user: User) -> None:
            as_user(page, user)
            page.goto("/inbox/?show=escalated")
            expect(page.locator("#waiting")).not_to_contain_text(number)

        # One working hour to answer; then leader, community and street, half an hour apart.
        sweep()
        is_spared(desktop, hood.leader)
        clock.move_to(MONDAY + timedelta(minutes=61))
        sweep()
        waits_for(phone, hood.worker, "")
        waits_for(phone, hood.leader)
        is_spared(desktop, hood.staff)
        clock.move_to(MONDAY + timedelta(minutes=91))
        sweep()
        waits_for(desktop, hood.staff)
        waits_for(desktop, hood.secretary)
        is_spared(desktop, town.officer)
        clock.move_to(MONDAY + timedelta(minutes=121))
        sweep()
        waits_for(desktop, town.officer)
        is_spared(desktop, town.theirs.secretary)

        # The story tells it, rung by rung.
        as_user(desktop, hood.secretary)
        desktop.goto(f"/cases/{number}/")
        story = desktop.locator(".ml-timeline")
        for told in ("已到期", "督办至社区", "督办至街道"):
            expect(story).to_contain_text(told)
        assert_accessible(desktop)


def test_danger_is_answered_with_advice_first(town: Town, phone: Page, as_user: As) -> None:
    with time_machine.travel(MONDAY, tick=True):
        as_user(phone, town.ours.resident)
        phone.goto("/grids/report/")
        phone.get_by_text("更多类别").tap()
        phone.get_by_role("radio", name="燃气泄漏").tap()
        expect(phone.locator("[data-hint-line]")).to_contain_text("119")
        assert_accessible(phone)
        phone.get_by_role("button", name="下一步").tap()
        phone.get_by_role("button", name="提交").tap()
        expect(phone.locator("main")).to_contain_text("已马上通知负责的人")
        expect(phone.locator("main")).to_contain_text("119")
        assert_accessible(phone)
    assert Incident.objects.get().category == Category.objects.get(code="L02")
