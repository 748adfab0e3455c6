"""The dashboards in the browser: what was just done stands on one page, and every number leads to its rows."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from community.core.photos import CleanPhoto
from community.dashboards.tasks import refresh
from community.duties.models import Plan
from community.duties.planning import plan_ahead
from community.timers.sweep import sweep
from grids.models import Category, Incident, Patrol
from tests.journeys.browser import MONDAY, As, assert_accessible
from tests.neighbourhood import Hood, Town
from wishes.models import Wish

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

EVENING = MONDAY.replace(hour=18, minute=5)
PHOTO = CleanPhoto(full=b"full", thumbnail=b"thumb", width=4, height=3, sha256="0" * 64)


def at(minutes: int) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


def incident(hood: Hood, code: str, minutes: int, variant: str = "", **where: Any) -> Incident:
    category = Category.objects.get(code=code, variant=variant)
    where = where or {"building": hood.building}
    return Incident.report(by=hood.resident, community=hood.community, category=category, now=at(minutes), **where)


def live_a_monday(town: Town) -> None:
    """Six incidents, two wishes, two patrols and ten points in ours; one incident in theirs."""
    hood = town.ours
    for grid, worker in ((hood.grid, hood.worker), (hood.other_grid, hood.other_worker)):
        Plan.objects.create(
            kind="patrol", community=hood.community, grid=grid, assignee=worker, title="每日巡查",
            starts_on=date(2026, 3, 2), opens=time(8), closes=time(18),
        )  # fmt: skip
    plan_ahead(MONDAY, days=1)
    swept = incident(hood, "06012", 0)
    incident(hood, "06010", 0)
    incident(hood, "01037", 0, "不亮", place="西门外路口")
    slow = incident(hood, "06012", 0)
    incident(town.theirs, "06010", 0)
    walk(hood)
    grant(hood)
    swept.respond(by=hood.worker, now=at(20))
    swept.resolve(by=hood.worker, now=at(50), note="已清扫")
    swept.verify(by=hood.staff, now=at(55))
    swept.rate(by=hood.resident, now=at(60), rating=5)
    sweep(at(80))
    slow.respond(by=hood.worker, now=at(90))
    incident(hood, "06013", 7 * 60)
    sweep(EVENING)


def walk(hood: Hood) -> None:
    patrol = Patrol.objects.get(grid=hood.grid)
    patrol.start(by=hood.worker, now=at(0))
    Incident.fix_on_spot(
        by=hood.worker, now=at(10), community=hood.community, grid=hood.grid, patrol=patrol, place="车棚",
        category=Category.objects.get(code="L07"), photos=[PHOTO],
    )  # fmt: skip
    patrol.finish(by=hood.worker, now=at(30))


def grant(hood: Hood) -> None:
    for title in ("想有人陪着看病", "想学手机"):
        wish = Wish.submit(by=hood.resident, community=hood.community, building=hood.building, title=title,
                           description=title, now=at(0))  # fmt: skip
        wish.publish(by=hood.staff, now=at(5), board_text=title)
        if title != "想学手机":
            wish.claim(by=hood.volunteer, now=at(10))
            wish.fulfil(by=hood.volunteer, now=at(100), note="陪同回来")
            wish.confirm(by=hood.resident, now=at(120), rating=5)


def figures(page: Page) -> dict[str, str]:
    names = page.locator("#figures .ml-figure-label").all_inner_texts()
    values = page.locator("#figures .ml-figure-value").all_inner_texts()
    return dict(zip(names, ("".join(value.split()) for value in values), strict=True))


def rows_behind(page: Page, href: str) -> int:
    """How many rows the list at this address shows."""
    answer = page.request.get(href)
    assert answer.ok, href
    text = answer.text()
    return len(re.findall(r'<li class="ml-case-row|<td data-label="日期">', text))


def test_the_secretary_sees_what_was_just_done(town: Town, desktop: Page, as_user: As) -> None:
    with time_machine.travel(MONDAY, tick=True) as clock:
        live_a_monday(town)
        clock.move_to(EVENING)
        refresh()
        as_user(desktop, town.ours.secretary)
        desktop.goto("/")
        expect(desktop.get_by_role("heading", level=1)).to_have_text("毕家洼西区")
        desktop.wait_for_selector("canvas")
        assert figures(desktop) == {
            "未结案事件": "4件",
            "已超时事件": "3件",
            "按时响应": "67%",
            "按时办结": "100%",
            "圆梦心愿": "1个",
            "完成巡查": "1次",
        }
        expect(desktop.locator("#figures")).to_contain_text("督办 3 件已超时的事件")
        expect(desktop.locator("#figures")).to_contain_text("了解今天 1 次未完成的巡查")
        expect(desktop.locator(".ml-desk-topics")).to_contain_text("10")
        assert_accessible(desktop)

        # Numbers in tables lead to as many rows; shares lead to the cases they were counted over.
        counts = desktop.locator(".ml-table td.ml-number a")
        links = counts.evaluate_all("all => all.map(a => [a.href, a.textContent.trim()])")
        assert len(links) > 30
        for href, number in links:
            assert rows_behind(desktop, href) == int(number), href
        six = desktop.locator("#figures a.ml-figure").evaluate_all("all => all.map(a => a.href)")
        assert [rows_behind(desktop, href) for href in six] == [4, 3, 3, 2, 1, 1]

        # A number is followed by hand, and one thing less to do shows after the next count.
        desktop.locator("a.ml-figure", has_text="已超时事件").click()
        expect(desktop.locator("#incidents .ml-case-row")).to_have_count(3)
        assert_accessible(desktop)
        Incident.objects.get(category__code="06010", community=town.ours.community).void(
            by=town.ours.secretary, note="重复上报"
        )
        refresh()
        desktop.goto("/")
        expect(desktop.locator("a.ml-figure", has_text="已超时事件")).to_contain_text("2")


def test_the_street_sees_both_side_by_side_and_neighbours_do_not(town: Town, desktop: Page, as_user: As) -> None:
    with time_machine.travel(MONDAY, tick=True) as clock:
        live_a_monday(town)
        clock.move_to(EVENING)
        refresh()
        as_user(desktop, town.officer)
        desktop.goto("/")
        expect(desktop.get_by_role("heading", level=1)).to_have_text("北村街道")
        desktop.wait_for_selector("canvas")
        ours = desktop.get_by_role("row").filter(has=desktop.get_by_role("link", name="毕家洼西区")).first
        theirs = desktop.get_by_role("row").filter(has=desktop.get_by_role("link", name="毕家洼东区")).first
        expect(ours.locator("td").first).to_have_text("4")
        expect(theirs.locator("td").first).to_have_text("1")
        expect(desktop.locator("main")).not_to_contain_text("南村")
        for href, number in desktop.locator(".ml-table td.ml-number a").evaluate_all(
            "all => all.map(a => [a.href, a.textContent.trim()])"
        ):
            assert rows_behind(desktop, href) == int(number), href
        assert_accessible(desktop)
        desktop.locator("main").get_by_role("link", name="毕家洼西区").first.click()
        expect(desktop.get_by_role("heading", level=1)).to_have_text("毕家洼西区")

        # The other community's secretary sees her own, and ours does not exist for her.
        as_user(desktop, town.theirs.secretary)
        desktop.goto("/")
        expect(desktop.get_by_role("heading", level=1)).to_have_text("毕家洼东区")
        assert figures(desktop)["未结案事件"] == "1件"
        assert desktop.request.get(f"/dashboard/?community={town.ours.community.pk}").status == 404
        desktop.goto("/grids/incidents/")
        expect(desktop.locator("#incidents .ml-case-row")).to_have_count(1)


def test_the_wall_fits_its_screen_and_names_nobody(town: Town, desktop: Page, as_user: As) -> None:
    with time_machine.travel(MONDAY, tick=True) as clock:
        live_a_monday(town)
        clock.move_to(EVENING)
        refresh()
        as_user(desktop, town.ours.secretary)
        desktop.set_viewport_size({"width": 1920, "height": 1080})
        desktop.goto("/dashboard/wall/")
        expect(desktop.get_by_role("heading", level=1)).to_have_text("毕家洼西区")
        expect(desktop.locator(".ml-figure", has_text="圆梦心愿")).to_contain_text("1")
        assert desktop.evaluate("document.documentElement.scrollHeight <= 1080")
        smallest = desktop.locator(".ml-figure-label").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
        assert smallest >= 24
        for person in town.ours.people.values():
            expect(desktop.locator("main")).not_to_contain_text(str(person))
        assert_accessible(desktop)
