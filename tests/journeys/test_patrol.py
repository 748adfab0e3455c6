"""A patrol on a phone: out, two findings in a few taps, home again; and what happens when nobody goes."""

from datetime import date, time, timedelta
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Locator, Page, expect

from community.duties.models import Plan
from community.duties.planning import plan_ahead
from community.timers.sweep import sweep
from grids.models import Incident, Patrol
from tests.journeys.browser import MONDAY, As, assert_accessible
from tests.neighbourhood import Hood, Town

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


class Thumb:
    """Taps, and counts the taps."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, target: Locator) -> None:
        target.tap()
        self.taps += 1

    def photograph(self, target: Locator, photo: Path) -> None:
        """One tap opens the camera or the album; the photo itself is the phone's own business."""
        with self.page.expect_file_chooser() as opened:
            self.tap(target)
        opened.value.set_files(photo)


def planned_today(hood: Hood) -> Patrol:
    Plan.objects.create(
        kind="patrol", community=hood.community, grid=hood.grid, assignee=hood.worker, title="每日巡查",
        starts_on=date(2026, 3, 1), opens=time(8), closes=time(18),
    )  # fmt: skip
    plan_ahead(MONDAY, days=1)
    return Patrol.objects.get()


def test_a_patrol_with_one_thing_fixed_and_one_reported(
    town: Town, phone: Page, desktop: Page, as_user: As, snapshot: Path
) -> None:
    hood = town.ours
    with time_machine.travel(MONDAY, tick=True) as clock:
        patrol = planned_today(hood)
        as_user(phone, hood.worker)
        phone.goto("/")
        expect(phone.get_by_role("heading", level=1)).to_have_text("今天")
        assert_accessible(phone)
        phone.get_by_role("button", name="开始巡查").tap()
        expect(phone.locator(".ml-page-head-state")).to_contain_text("进行中")
        assert_accessible(phone)

        # What, a photo, where, and done: four taps.
        thumb = Thumb(phone)
        thumb.tap(phone.get_by_role("radio", name="楼道堆物"))
        thumb.photograph(phone.locator("input[type=file]"), snapshot)
        thumb.tap(phone.get_by_role("radio", name="3号楼"))
        thumb.tap(phone.get_by_role("button", name="已随手解决"))
        expect(phone.get_by_text("已记下随手解决：楼道堆物")).to_be_visible()
        assert thumb.taps < 5
        assert_accessible(phone)

        # The next one in the same building: the place is already filled in.
        clock.shift(timedelta(minutes=5))
        thumb = Thumb(phone)
        thumb.tap(phone.get_by_role("radio", name="暴露垃圾"))
        thumb.photograph(phone.locator("input[type=file]"), snapshot)
        thumb.tap(phone.get_by_role("button", name="上报", exact=True))
        expect(phone.get_by_text("已上报：暴露垃圾")).to_be_visible()
        assert thumb.taps < 5

        phone.get_by_label("给下一班的话").fill("3号楼门禁已报修")
        phone.get_by_role("button", name="结束巡查").tap()
        expect(phone.locator(".ml-page-head-state")).to_contain_text("已完成")
        expect(phone.get_by_text("发现 2 处")).to_be_visible()
        expect(phone.get_by_text("随手解决 1 处")).to_be_visible()
        assert_accessible(phone)
        fixed, reported = Incident.objects.order_by("pk")
        assert (fixed.fixed_on_spot, fixed.status, fixed.building) == (True, "closed", hood.building)
        assert (reported.status, reported.building, reported.patrol) == ("reported", hood.building, patrol)
        assert all(found.attachments.count() == 1 for found in (fixed, reported))

        # The office sees the walk with what it found.
        as_user(desktop, hood.staff)
        desktop.goto("/grids/patrols/")
        row = desktop.get_by_role("row", name="3月2日")
        expect(row).to_contain_text("已完成")
        expect(row.locator("[data-label=发现]")).to_have_text("2")
        expect(row.locator("[data-label=随手解决]")).to_have_text("1")
        assert_accessible(desktop)


def test_a_finding_without_words_about_the_place_is_explained(
    town: Town, phone: Page, as_user: As, snapshot: Path
) -> None:
    hood = town.ours
    with time_machine.travel(MONDAY, tick=True):
        patrol = planned_today(hood)
        patrol.start(by=hood.worker)
        as_user(phone, hood.worker)
        phone.goto(f"/grids/patrols/{patrol.pk}/")
        phone.get_by_role("radio", name="暴露垃圾").tap()
        phone.get_by_role("button", name="已随手解决").tap()
        expect(phone.get_by_text("请选择楼栋，或写明在哪里。")).to_be_visible()
        expect(phone.get_by_text("随手解决请附一张处理后的照片。")).to_be_visible()
        expect(phone.get_by_role("radio", name="暴露垃圾")).to_be_checked()
        assert_accessible(phone)
        assert not Incident.objects.exists()


def test_a_missed_patrol_is_told_to_the_leader(town: Town, phone: Page, other_phone: Page, as_user: As) -> None:
    hood = town.ours
    with time_machine.travel(MONDAY, tick=False) as clock:
        patrol = planned_today(hood)
        as_user(phone, hood.leader)
        phone.goto("/inbox/")
        expect(phone.locator("main")).not_to_contain_text("巡查未完成")

        clock.move_to(patrol.closes_at + timedelta(minutes=1))
        sweep()
        phone.reload()
        expect(phone.locator("main")).to_contain_text("第1网格 3月2日巡查未完成")
        assert_accessible(phone)
        phone.get_by_role("link", name="第1网格 3月2日巡查未完成").tap()
        expect(phone.get_by_text("这次巡查没有完成")).to_be_visible()
        assert_accessible(phone)

        # The worker is told as well, and today's list no longer offers the walk.
        as_user(other_phone, hood.worker)
        other_phone.goto("/grids/today/")
        expect(other_phone.get_by_role("button", name="开始巡查")).to_have_count(0)
        other_phone.goto("/inbox/")
        expect(other_phone.locator("main")).to_contain_text("第1网格 3月2日巡查未完成")
