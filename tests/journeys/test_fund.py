"""A donor gives on a phone, and reads later where the money went."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from PIL import Image
from playwright.sync_api import Page, expect

from points.models import Donation, Spending
from tests.fund_specimens import a_project
from tests.journeys.browser import MONDAY, As, assert_accessible
from tests.neighbourhood import Town, account
from tests.points.fund.books import a_rule, fill_pool, free, gone

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_from_the_word_to_the_receipt_and_the_spending(
    town: Town, phone: Page, desktop: Page, as_user: As, tmp_path: Path
) -> None:
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

        # Money is asked for, approved by two, and paid with a receipt.
        desktop.goto("/fund/spendings/new/")
        desktop.get_by_label("用途").fill("三月助餐补贴")
        desktop.get_by_label("金额（元）").fill("150")
        desktop.get_by_label("付给谁").fill("东门食堂")
        desktop.get_by_label("说明").fill("二十位老人")
        assert_accessible(desktop)
        desktop.get_by_role("button", name="提交").click()
        spending = Spending.objects.get()
        spending.review(by=hood.secretary)
        as_user(phone, account(hood.community, "supervisor", hood.community))
        phone.goto(f"/cases/{spending.number}/")
        assert_accessible(phone)
        phone.get_by_role("link", name="复审同意").click()
        phone.get_by_role("button", name="复审同意").click()
        expect(phone.locator(".ml-page-head-state")).to_contain_text("待付款")
        picture = tmp_path / "receipt.jpg"
        Image.new("RGB", (60, 40)).save(picture)
        desktop.goto(f"/cases/{spending.number}/pay/")
        desktop.locator("input[type=file]").set_input_files(picture)
        assert_accessible(desktop)
        desktop.get_by_role("button", name="付款并附票据").click()
        expect(desktop.locator(".ml-page-head-state")).to_contain_text("待核票")
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
