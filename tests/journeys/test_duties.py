"""A leader's plan from the form to a pause, a leave with its substitute, and a shift that changes hands."""

import pytest
import time_machine
from playwright.sync_api import Page, expect

from community.duties.models import Duty, Plan
from grids.rosters.models import Watch
from tests.journeys.browser import MONDAY, As, assert_accessible
from tests.neighbourhood import Town
from tests.specimens import a_watch

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_plan_is_made_with_a_preview_paused_and_stood_in_for(town: Town, desktop: Page, as_user: As) -> None:
    hood = town.ours
    with time_machine.travel(MONDAY, tick=True):
        as_user(desktop, hood.leader)
        desktop.goto("/duties/plans/")
        assert_accessible(desktop)
        desktop.get_by_role("link", name="新计划").first.click()
        desktop.get_by_label("名称").fill("楼道清扫")
        desktop.get_by_label("多久一次").select_option("weekly")
        desktop.get_by_label("周二").check()
        desktop.get_by_label("周五").check()
        desktop.get_by_label("负责人").select_option(str(hood.worker.pk))
        expect(desktop.locator("#plan-preview")).to_contain_text("每周二、周五")
        expect(desktop.locator("#plan-preview")).to_contain_text("3月3日")
        assert_accessible(desktop)
        desktop.get_by_role("button", name="保存").click()
        expect(desktop.get_by_role("heading", level=1)).to_have_text("楼道清扫")
        assert_accessible(desktop)

        # On leave, the substitute has the day; the plan's page says for whom.
        desktop.goto("/duties/leaves/new/")
        desktop.get_by_label("请假人").select_option(str(hood.worker.pk))
        desktop.locator("#id_begins_on").fill("2026-03-03")
        desktop.locator("#id_ends_on").fill("2026-03-03")
        desktop.get_by_label("代班人").select_option(str(hood.other_worker.pk))
        assert_accessible(desktop)
        desktop.get_by_role("button", name="登记").click()
        expect(desktop.get_by_role("row").nth(1)).to_contain_text(str(hood.other_worker))
        plan = Plan.objects.get(title="楼道清扫")
        assert [duty.assignee for duty in Duty.objects.filter(plan=plan).order_by("day")] == [
            hood.other_worker, hood.worker,
        ]  # fmt: skip
        desktop.goto(f"/duties/plans/{plan.pk}/")
        expect(desktop.get_by_text(f"（代 {hood.worker}）")).to_be_visible()

        desktop.get_by_role("link", name="暂停").click()
        desktop.get_by_label("原因").fill("楼道粉刷")
        assert_accessible(desktop)
        desktop.get_by_role("button", name="暂停").click()
        expect(desktop.get_by_text("楼道粉刷")).to_be_visible()
        assert not Duty.objects.planned().filter(plan=plan).exists()
        desktop.get_by_role("button", name="恢复").click()
        expect(desktop.get_by_text("楼道粉刷")).to_have_count(0)
        assert Duty.objects.planned().filter(plan=plan).count() == 2


def test_a_shift_is_offered_and_a_colleague_takes_it(town: Town, desktop: Page, phone: Page, as_user: As) -> None:
    hood = town.ours
    with time_machine.travel(MONDAY, tick=True):
        shift = a_watch(hood)
        as_user(desktop, hood.worker)
        desktop.goto(f"/rosters/shifts/{shift.pk}/")
        desktop.get_by_text("请人换班").first.click()
        desktop.get_by_label("说明").fill("孩子家长会")
        desktop.get_by_role("button", name="请人换班").click()
        expect(desktop.get_by_text("在请人换班")).to_be_visible()
        assert_accessible(desktop)

        as_user(phone, hood.leader)
        phone.goto(f"/rosters/shifts/{shift.pk}/")
        expect(phone.get_by_text("孩子家长会").first).to_be_visible()
        assert_accessible(phone)
        phone.get_by_role("button", name="我来值这一班").tap()
        expect(phone.get_by_text(f"（代 {hood.worker}）")).to_be_visible()
        assert Watch.objects.get(pk=shift.pk).assignee == hood.leader
