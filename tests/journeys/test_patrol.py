"""A patrol in the browser: four taps a finding, and an incident that is answered, checked and rated, or climbs."""

import io
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from community.directory.models import User
from community.duties.models import Plan
from community.duties.planning import plan_ahead
from community.notices.models import Notice
from community.timers.sweep import sweep
from grids.models import Category, Incident, Patrol
from tests.journeys.browser import assert_accessible, sign_in
from tests.neighbourhood import Hood, Town, build_town

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
As = Callable[[Page, User], None]


@pytest.fixture
def town(transactional_db: None) -> Town:
    return build_town()


@pytest.fixture
def as_user(live_server: Any) -> As:
    def become(page: Page, user: User) -> None:
        page.context.clear_cookies()
        sign_in(page, live_server.url, user)

    return become


def photo() -> dict[str, Any]:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "brown").save(out, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


class Thumb:
    """Counts the taps of one thumb."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, where: Locator) -> None:
        self.taps += 1
        where.click()

    def snap(self, page: Page) -> None:
        """The camera button, and the camera's own shutter gives the photo."""
        self.taps += 1
        page.locator("input[type=file]").set_input_files(photo())
        expect(page.locator("[data-photo-list] img")).to_be_visible()


def planned(hood: Hood) -> Patrol:
    Plan.objects.create(
        kind="patrol", community=hood.community, grid=hood.grid, assignee=hood.worker, title="每日巡查",
        starts_on=date(2026, 3, 1), opens=time(8), closes=time(18),
    )  # fmt: skip
    plan_ahead(MONDAY, days=1)
    return Patrol.objects.get()


def test_from_the_first_step_to_the_rating(town: Town, phone: Page, desktop: Page, as_user: As) -> None:
    hood = town.ours
    with time_machine.travel(MONDAY, tick=True):
        patrol = planned(hood)
        as_user(phone, hood.worker)
        phone.goto("/grids/today/")
        assert_accessible(phone)
        phone.get_by_role("button", name="开始巡查").click()
        expect(phone.locator(".ml-page-head-state")).to_contain_text("进行中")
        assert_accessible(phone)

        # Put right at once: what, photo, where, done.
        thumb = Thumb()
        thumb.tap(phone.locator("label", has_text="楼道堆物"))
        thumb.snap(phone)
        thumb.tap(phone.locator("label", has_text="3号楼"))
        thumb.tap(phone.get_by_role("button", name="已随手解决"))
        expect(phone.locator("main")).to_contain_text("随手解决 1 处")
        assert thumb.taps < 5

        # Reported: the building is remembered, so it takes even fewer.
        thumb = Thumb()
        thumb.tap(phone.locator("label", has_text="暴露垃圾"))
        thumb.snap(phone)
        thumb.tap(phone.get_by_role("button", name="上报"))
        expect(phone.locator("main")).to_contain_text("发现 2 处")
        assert thumb.taps < 5
        assert_accessible(phone)
        incident = Incident.objects.get(status="reported")
        assert (incident.building, incident.patrol) == (hood.building, patrol)

        phone.get_by_label("给下一班的话").fill("一切正常")
        phone.get_by_role("button", name="结束巡查").click()
        expect(phone.locator(".ml-page-head-state")).to_contain_text("已完成")

        # Handled by the worker, checked by somebody else, rated by who reported it.
        phone.goto("/grids/today/")
        phone.get_by_role("button", name="我来处理").click()
        expect(phone.locator(".ml-page-head-state")).to_contain_text("处理中")
        phone.get_by_role("link", name="处理完毕").click()
        phone.get_by_role("button", name="处理完毕").click()
        expect(phone.locator("main")).to_contain_text("请写明怎样处理的")
        phone.get_by_label("说明").fill("已清运")
        phone.get_by_role("button", name="处理完毕").click()
        expect(phone.locator(".ml-page-head-state")).to_contain_text("待核查")
        expect(phone.get_by_role("link", name="核查通过")).to_have_count(0)

        as_user(desktop, hood.staff)
        desktop.goto("/grids/incidents/?state=resolved")
        assert_accessible(desktop)
        desktop.get_by_role("link", name=incident.number).click()
        assert_accessible(desktop)
        desktop.get_by_role("link", name="核查通过").click()
        desktop.get_by_role("button", name="核查通过").click()
        expect(desktop.locator(".ml-page-head-state")).to_contain_text("待评价")

        phone.goto(f"/cases/{incident.number}/rate/")
        phone.locator("label", has_text="5 星").click()
        phone.get_by_role("button", name="评价").click()
        expect(phone.locator(".ml-page-head-state")).to_contain_text("已结案")
    patrol.refresh_from_db()
    assert patrol.status == Patrol.Status.DONE


def test_a_missed_response_climbs_by_itself(town: Town, phone: Page, desktop: Page, as_user: As) -> None:
    hood = town.ours
    with time_machine.travel(MONDAY, tick=True) as clock:
        as_user(phone, hood.resident)
        phone.goto("/grids/report/")
        phone.get_by_text("更多类别").click()
        phone.locator("label", has_text="燃气泄漏").click()
        expect(phone.locator("[data-hint-line]")).to_contain_text("119")
        assert_accessible(phone)
        phone.get_by_role("button", name="下一步").click()
        assert_accessible(phone)
        phone.get_by_role("button", name="提交").click()
        expect(phone.locator("main")).to_contain_text("已马上通知负责的人")
        assert_accessible(phone)
        incident = Incident.objects.get()
        assert incident.category == Category.objects.get(code="L02")

        for minutes, person in ((31, hood.leader), (46, hood.secretary), (61, town.officer)):
            clock.move_to(MONDAY + timedelta(minutes=minutes))
            sweep()
            assert Notice.objects.filter(recipient=person, code="clock.missed", case=incident).exists()
        as_user(desktop, hood.secretary)
        desktop.goto("/grids/incidents/?due=overdue")
        expect(desktop.locator("#incidents")).to_contain_text(incident.number)
        expect(desktop.locator("#incidents")).to_contain_text("已超时")
