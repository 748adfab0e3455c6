"""The harder ways of an incident in the browser: handed on and objected to, given more time, resting, asked about."""

from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from community.timers.sweep import sweep
from grids.models import FollowUpShare, Incident
from tests.grids.conftest import category
from tests.journeys.browser import MONDAY, As, assert_accessible
from tests.journeys.test_incident import ask, do, stands
from tests.neighbourhood import Hood, Town

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def holed_road(hood: Hood) -> Incident:
    """A big matter, reported by the resident and signed for by the worker."""
    incident = Incident.report(
        by=hood.resident, community=hood.community, building=hood.building, category=category("06013"), now=MONDAY
    )
    return incident.respond(by=hood.worker, now=MONDAY)


def more(page: Page, move: str) -> None:
    """A move from behind “more”, up to its form."""
    page.get_by_text("更多操作").click()
    assert_accessible(page)
    ask(page, move)


def test_the_community_gives_it_to_a_unit_which_objects_then_it_is_transferred_and_extended(
    town: Town, desktop: Page, as_user: As
) -> None:
    hood = town.ours
    incident = holed_road(hood)
    with time_machine.travel(MONDAY + HOUR, tick=True):
        as_user(desktop, hood.staff)
        desktop.goto(f"/cases/{incident.number}/")
        ask(desktop, "派遣")
        desktop.get_by_label("或派给单位").select_option(label=hood.unit.name)
        desktop.locator("textarea[name=note]").fill("门前道路属贵单位养护")
        desktop.get_by_role("button", name="派遣").click()
        stands(desktop, "待响应")
        expect(desktop.locator("main")).to_contain_text("直到有人签收")

        as_user(desktop, hood.partner)
        desktop.goto(f"/cases/{incident.number}/")
        do(desktop, "派单异议", "这段路不归我们养护")
        stands(desktop, "派单异议")

        as_user(desktop, hood.secretary)
        desktop.goto(f"/cases/{incident.number}/")
        expect(desktop.locator(".ml-timeline")).to_contain_text("这段路不归我们养护")
        do(desktop, "异议成立，退回")
        stands(desktop, "待响应")

        # Back with whoever sent it: they sign, and hand it to a colleague, who signs in turn.
        as_user(desktop, hood.staff)
        desktop.goto(f"/cases/{incident.number}/")
        do(desktop, "我来处理")
        stands(desktop, "处理中")
        more(desktop, "转办")
        desktop.get_by_label("转给谁").select_option(label=hood.worker.name)
        desktop.locator("textarea[name=note]").fill("你更熟悉现场")
        desktop.get_by_role("button", name="转办").click()
        stands(desktop, "待响应")
        as_user(desktop, hood.worker)
        desktop.goto(f"/cases/{incident.number}/")
        do(desktop, "我来处理")

        # More time: a reason from the ready words, a day, and another's word.
        more(desktop, "申请延期")
        desktop.get_by_label("延期到哪一天").fill("2026-03-20")
        desktop.get_by_role("button", name="需要施工").click()
        expect(desktop.locator("textarea[name=note]")).to_have_value("需要安排施工，按原时限不能完成。")
        desktop.get_by_role("button", name="申请延期").click()
        expect(desktop.locator("main")).to_contain_text("等待批准")
        as_user(desktop, hood.staff)
        desktop.goto(f"/cases/{incident.number}/")
        do(desktop, "同意延期")
        expect(desktop.locator("main")).to_contain_text("延期到3月20日（周五）")
        expect(desktop.locator("main")).to_contain_text("责任时长")
        assert_accessible(desktop)
    incident.refresh_from_db()
    assert (incident.handler, incident.accountable) == (hood.worker, hood.worker)
    assert incident.extended_until is not None


def test_the_resident_reads_why_it_rests_and_is_asked_when_silent(
    town: Town, phone: Page, other_phone: Page, as_user: As
) -> None:
    hood = town.ours
    FollowUpShare.objects.create(community=hood.community, percent=100)
    incident = holed_road(hood)
    with time_machine.travel(MONDAY + HOUR, tick=True) as clock:
        as_user(other_phone, hood.worker)
        other_phone.goto(f"/cases/{incident.number}/")
        more(other_phone, "暂停计时")
        other_phone.get_by_label("最迟哪天恢复计时").fill("2026-03-06")
        other_phone.locator("textarea[name=note]").fill("等沥青料，到货后马上补")
        other_phone.get_by_role("button", name="暂停计时").tap()
        expect(other_phone.locator(".ml-promise")).to_contain_text("等沥青料")

        # The resident sees why the clock rests, and until when, also in large print.
        as_user(phone, hood.resident)
        phone.goto(f"/cases/{incident.number}/")
        expect(phone.locator(".ml-promise")).to_contain_text("等沥青料，到货后马上补（最迟3月6日（周五）恢复）")
        assert_accessible(phone)
        phone.get_by_role("button", name="长辈版").tap()
        expect(phone.locator(".ml-promise")).to_contain_text("暂停计时")
        assert_accessible(phone)

        # It goes on by itself on that day; the work is done and checked by another.
        clock.move_to(MONDAY + 5 * DAY)
        sweep()
        phone.reload()
        expect(phone.locator(".ml-promise")).to_contain_text("还剩")
        incident.refresh_from_db()
        incident.resolve(by=hood.worker, note="坑已补平")
        incident.verify(by=hood.leader)

        # Seven days without a word: this one is drawn, and somebody asks.
        clock.move_to(MONDAY + 13 * DAY)
        sweep()
        as_user(other_phone, hood.leader)
        other_phone.goto("/inbox/")
        other_phone.get_by_role("link", name="道路破损").first.tap()
        stands(other_phone, "待回访")
        ask(other_phone, "回访：未解决")
        other_phone.locator("textarea[name=note]").fill("下雨后又塌了一角")
        other_phone.get_by_role("button", name="回访：未解决").tap()
        stands(other_phone, "处理中")

        # The resident's own word closes it in the end.
        incident.refresh_from_db()
        incident.resolve(by=hood.worker, note="重新铺过")
        incident.verify(by=hood.leader)
        phone.reload()
        ask(phone, "评价")
        phone.locator("label", has_text="5 星").tap()
        phone.get_by_role("button", name="评价").tap()
        stands(phone, "已结案")
    incident.refresh_from_db()
    assert (incident.word, incident.reopened, incident.rating) == ("rated", 1, 5)
