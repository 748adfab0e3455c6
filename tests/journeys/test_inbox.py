"""The inbox in the browser: everything that waits for one person, soonest first, and an empty one that says so."""

from datetime import date, time, timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from community.duties.models import Plan
from community.duties.planning import plan_ahead
from grids.models import Category, Incident
from tests.journeys.browser import MONDAY, As, assert_accessible
from tests.neighbourhood import Hood, Town
from wishes.models import Wish

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def incident(hood: Hood, code: str) -> Incident:
    category = Category.objects.get(code=code)
    return Incident.report(by=hood.resident, community=hood.community, category=category, building=hood.building)


def titles(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("#waiting .ml-case-title").all_inner_texts()]


def test_the_soonest_deadline_comes_first_whatever_the_kind(
    town: Town, phone: Page, desktop: Page, as_user: As
) -> None:
    hood = town.ours
    with time_machine.travel(MONDAY, tick=False) as clock:
        # In no order: due today at six, in four working hours, in half an hour, and overdue.
        plan = {"community": hood.community, "grid": hood.grid, "assignee": hood.worker, "title": "每日巡查"}
        Plan.objects.create(kind="patrol", starts_on=date(2026, 3, 1), opens=time(8), closes=time(18), **plan)
        plan_ahead(MONDAY, days=1)
        late = incident(hood, "06012")
        clock.shift(timedelta(minutes=75))
        days = incident(hood, "06013")
        urgent = incident(hood, "L02")
        as_user(phone, hood.worker)
        phone.goto("/inbox/")
        assert titles(phone) == [late.title, urgent.title, days.title, "每日巡查"]
        assert phone.locator("#waiting h2").all_inner_texts() == ["已超时", "今天到期"]
        assert_accessible(phone)

        # Staff at a desk see wishes and incidents in one list, too, and one click leads to the matter.
        wish = Wish.submit(by=hood.resident, community=hood.community, title="想学手机", description="想学手机")
        sent_up = incident(hood, "06042")
        sent_up.dispatch(by=hood.worker, level=1, note="箱子坏了，要换新的")
        as_user(desktop, hood.staff)
        desktop.goto("/inbox/")
        found = titles(desktop)
        assert found.index(sent_up.title) < found.index(wish.title)
        assert_accessible(desktop)
        desktop.get_by_role("link", name="想学手机").first.click()
        expect(desktop.get_by_role("heading", level=1)).to_have_text("想学手机")


def test_an_empty_inbox_says_so(town: Town, phone: Page, desktop: Page, as_user: As) -> None:
    with time_machine.travel(MONDAY, tick=True):
        for page, user in ((phone, town.ours.volunteer), (desktop, town.theirs.secretary)):
            as_user(page, user)
            page.goto("/inbox/")
            expect(page.locator("#waiting")).to_contain_text("都办完了")
            expect(page.locator("aside[aria-label=消息]")).to_contain_text("没有未读消息")
            assert_accessible(page)
