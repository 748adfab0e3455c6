"""A dispute on a desktop: taken in, settled, on paper; and thirty days later the phone asks whether it holds."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, expect

from community.access.models import Reveal
from community.timers.sweep import sweep
from grids.models import AgreementCheck, Mediation
from tests.journeys.browser import MONDAY, As, assert_accessible
from tests.neighbourhood import Town
from tests.specimens import mediator

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_from_the_file_to_the_paper_and_the_reminder(town: Town, desktop: Page, phone: Page, as_user: As) -> None:
    by = mediator(town.ours)
    with time_machine.travel(MONDAY, tick=True):
        as_user(desktop, by)
        desktop.goto("/mediation/new/")
        desktop.get_by_label("甲方姓名").fill("张秀兰")
        desktop.get_by_label("甲方电话").fill("19912345678")
        desktop.get_by_label("乙方姓名").fill("李建国")
        desktop.get_by_label("纠纷概要").fill("楼上漏水，楼下天花板起皮。")
        assert_accessible(desktop)
        desktop.get_by_role("button", name="受理").click()
        desktop.get_by_role("link", name="我来调解").click()
        desktop.get_by_role("button", name="我来调解").click()
        desktop.get_by_role("link", name="达成协议").click()
        desktop.get_by_label("协议内容").fill("修好水管\n赔偿粉刷费 800 元")
        desktop.get_by_role("button", name="达成协议").click()
        expect(desktop.locator("main")).to_contain_text("199****5678")

        # The paper says who and what in full; that it was printed, and for what, stays with the file.
        desktop.get_by_role("link", name="打印协议书").click()
        desktop.get_by_label("交当事人签字").check()
        with desktop.expect_download() as paper:
            desktop.get_by_role("button", name="下载协议书").click()
        assert Path(paper.value.path()).read_bytes().startswith(b"%PDF-")
        assert Reveal.objects.get().reason == "交当事人签字"

        file = Mediation.objects.get()
        file.visit(by=by, note="水管已修好")
        file.close(by=by)
    with time_machine.travel(MONDAY + timedelta(days=30, hours=1), tick=True):
        sweep()
        as_user(phone, by)
        phone.goto("/inbox/")
        phone.get_by_role("link", name=file.number).first.tap()
        expect(phone.get_by_text("等待确认")).to_be_visible()
        assert_accessible(phone)
        phone.get_by_role("link", name="协议履行良好").tap()
        phone.get_by_role("button", name="协议履行良好").tap()
        expect(phone.get_by_text("履行良好").first).to_be_visible()
    assert [check.found for check in AgreementCheck.objects.order_by("day")] == ["holds", ""]
