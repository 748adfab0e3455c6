"""A donor gives on a phone and reads later where the money went; the committee spends it and closes the month."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from PIL import Image
from playwright.sync_api import Page, expect

from community.duties.planning import plan_ahead
from points.models import Donation, Spending
from tests.fund_specimens import a_gift, a_project
from tests.journeys.browser import MONDAY, As, assert_accessible
from tests.neighbourhood import Town, account
from tests.points.fund.books import a_rule, fill_pool, free, gone, paid

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_from_the_word_to_the_receipt_and_the_spending(town: Town, phone: Page, desktop: Page, as_user: As) -> None:
    hood = town.ours
    with time_machine.travel(MONDAY, tick=True):
        project = a_project(hood)
        fill_pool(hood, project, 50_000)
        a_rule(hood)

        # The resident finds the fund among their own things, and gives to a project.
        as_user(phone, hood.resident)
        phone.goto("/me/")
        phone.get_by_role("link", name="公益基金").click()
        expect(phone.get_by_role("heading", level=1)).to_contain_text("公益基金")
        assert_accessible(phone)
        phone.get_by_role("link", name="老年助餐").click()
        assert_accessible(phone)
        phone.get_by_role("link", name="为它捐款").click()
        phone.get_by_label("捐多少元").fill("-20")
        phone.get_by_label("只写姓").check()
        phone.get_by_role("button", name="登记").click()
        expect(phone.locator("main")).to_contain_text("金额不能是负数")
        expect(phone.get_by_label("捐多少元")).to_have_value("-20")
        assert_accessible(phone)
        phone.get_by_label("捐多少元").fill("200")
        phone.get_by_role("button", name="登记").click()
        expect(phone.locator("main")).to_contain_text("怎样交款")
        assert_accessible(phone)
        donation = Donation.objects.get(status="pledged")

        # The staff sees it arrive; it is matched one for one.
        as_user(desktop, hood.staff)
        desktop.goto("/fund/desk/")
        assert_accessible(desktop)
        desktop.get_by_role("link", name=donation.title).click()
        desktop.get_by_role("link", name="确认到账").click()
        desktop.get_by_role("button", name="确认到账").click()
        expect(desktop.locator(".ml-page-head-state")).to_contain_text("已入账")
        assert_accessible(desktop)
        assert free(project) == 40_000

        # The donor takes the receipt.
        phone.goto("/fund/mine/")
        assert_accessible(phone)
        phone.get_by_role("link", name="¥200.00").click()
        with phone.expect_download() as paper:
            phone.get_by_role("link", name="下载收据").click()
        assert Path(paper.value.path()).read_bytes()[:5] == b"%PDF-"

        # Their money is spent (how, the committee's journey below tells).
        asked: dict[str, Any] = {"title": "三月助餐补贴", "payee": "东门食堂", "note": "二十位老人", "project": project}
        paid(Spending.request(by=hood.staff, amount=15_000, now=MONDAY, **asked), hood)
        assert gone(project) == 15_000

    with time_machine.travel(MONDAY + timedelta(days=1), tick=True):
        # The donor reads where it went, down to the voucher; their own name only as they agreed.
        as_user(phone, hood.resident)
        phone.goto(f"/fund/{hood.community.pk}/")
        expect(phone.locator("main")).to_contain_text("¥150.00")
        phone.get_by_role("link", name="三月助餐补贴").click()
        expect(phone.locator("main")).to_contain_text("−¥150.00")
        expect(phone.locator("main")).not_to_contain_text("东门食堂")
        assert_accessible(phone)
        phone.goto(f"/fund/{hood.community.pk}/vouchers/")
        expect(phone.locator("main")).to_contain_text(donation.shown_name)
        assert_accessible(phone)


def test_the_committee_from_the_request_to_the_closed_month(
    town: Town, desktop: Page, as_user: As, tmp_path: Path
) -> None:
    hood = town.ours
    supervisor = account(hood.community, "supervisor", hood.community)
    state = desktop.locator(".ml-page-head-state")
    with time_machine.travel(MONDAY, tick=True):
        a_gift(hood, 50_000, now=MONDAY)

        # The staff asks; an amount that the project has not is told beside its field, and nobody approves their own.
        as_user(desktop, hood.staff)
        desktop.goto("/fund/desk/")
        desktop.get_by_role("link", name="申请支出").click()
        desktop.get_by_label("用途").fill("三月助餐补贴")
        desktop.get_by_label("金额（元）").fill("900")
        desktop.get_by_label("付给谁").fill("东门食堂")
        desktop.get_by_label("说明").fill("二十位老人")
        desktop.get_by_role("button", name="提交").click()
        expect(desktop.locator("main")).to_contain_text("还能用的 ¥500")
        assert_accessible(desktop)
        desktop.get_by_label("金额（元）").fill("150")
        desktop.get_by_role("button", name="提交").click()
        expect(state).to_contain_text("待初审")
        spending = Spending.objects.get()
        expect(desktop.get_by_role("link", name="初审同意")).to_have_count(0)
        desktop.goto(f"/cases/{spending.number}/review/")
        expect(desktop.get_by_role("button", name="初审同意")).to_have_count(0)

        # Two others approve, each on the page that the notice leads to; the first cannot be the second.
        as_user(desktop, hood.secretary)
        desktop.goto("/inbox/notices/")
        desktop.get_by_role("link", name="待初审").first.click()
        act(desktop, "初审同意")
        expect(state).to_contain_text("待复审")
        expect(desktop.get_by_role("link", name="复审同意")).to_have_count(0)
        as_user(desktop, supervisor)
        desktop.goto(f"/cases/{spending.number}/")
        assert_accessible(desktop)
        act(desktop, "复审同意")
        expect(state).to_contain_text("待付款")

        # Paid against a receipt, and the receipt is looked at by another.
        as_user(desktop, hood.staff)
        picture = tmp_path / "receipt.jpg"
        Image.new("RGB", (60, 40)).save(picture)
        desktop.goto(f"/cases/{spending.number}/pay/")
        desktop.get_by_role("button", name="付款并附票据").click()
        expect(desktop.locator("main")).to_contain_text("请附上票据的照片")
        desktop.locator("input[type=file]").set_input_files(picture)
        desktop.get_by_role("button", name="付款并附票据").click()
        expect(state).to_contain_text("待核票")
        as_user(desktop, hood.secretary)
        desktop.goto(f"/cases/{spending.number}/")
        act(desktop, "核对票据，办结")
        expect(state).to_contain_text("已办结")

    april = MONDAY + timedelta(days=31)
    with time_machine.travel(april, tick=True):
        # The month is drawn up by one and closed by another.
        plan_ahead(april)
        as_user(desktop, hood.staff)
        desktop.goto("/fund/months/")
        desktop.get_by_role("link", name="2026 年 3 月").click()
        expect(desktop.locator("main")).to_contain_text("结账期限")
        assert_accessible(desktop)
        desktop.get_by_role("button", name="账记全了，制表").click()
        expect(state).to_contain_text("待复核")
        expect(desktop.get_by_role("button", name="核对无误，结账")).to_have_count(0)
        as_user(desktop, supervisor)
        desktop.goto("/inbox/notices/")
        desktop.get_by_role("link", name="已制表，请复核结账").click()
        desktop.get_by_role("button", name="核对无误，结账").click()
        expect(state).to_contain_text("已结账")
        assert_accessible(desktop)

        # Residents read it.
        as_user(desktop, hood.neighbour)
        desktop.goto("/fund/")
        expect(desktop.locator("main")).to_contain_text("三月助餐补贴")
        expect(desktop.locator("main")).to_contain_text("2026 年 3 月")
        expect(desktop.locator("main")).not_to_contain_text("东门食堂")


def act(page: Page, name: str) -> None:
    """From the matter's page to the form of the move, and through it."""
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name=name).click()
