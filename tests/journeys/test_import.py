"""An import in the browser: a workbook with a mistake, the good rows in, everything out again; and what is no workbook."""

from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, expect

from community.directory.models import Dwelling, Estate
from community.imports.models import ImportRun
from tests.imports.workbooks import GRID, saved, small
from tests.journeys.browser import MONDAY, As, assert_accessible
from tests.neighbourhood import Town

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def upload(page: Page, path: Path) -> None:
    page.goto("/imports/")
    page.get_by_role("link", name="上传底册").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("上传底册")
    assert_accessible(page)
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="上传并检查").click()


def test_good_rows_in_and_out_again(town: Town, desktop: Page, as_user: As, tmp_path: Path) -> None:
    sheets = small()
    sheets["房屋"].append(["花园小区", "9号楼", "1单元", "101", "马三", 2, None, "自住", None, 60])
    path = tmp_path / "花园小区底册.xlsx"
    path.write_bytes(saved(sheets).read())
    with time_machine.travel(MONDAY, tick=True):
        as_user(desktop, town.ours.staff)
        desktop.goto("/imports/")
        expect(desktop.locator("main")).to_contain_text("还没有导入过底册")
        assert_accessible(desktop)
        upload(desktop, path)

        # The preview says what would happen and what is wrong, with sheet, row, column and reason; nothing is written.
        expect(desktop.locator(".ml-page-head-state")).to_contain_text("待确认")
        expect(desktop.locator("main")).to_contain_text("有 1 处错误")
        finding = desktop.locator("#findings tbody tr")
        expect(finding).to_have_count(1)
        expect(finding).to_contain_text("房屋")
        expect(finding).to_contain_text("4")
        expect(finding).to_contain_text("9号楼")
        expect(desktop.locator("main")).not_to_contain_text("19947577104")
        assert_accessible(desktop)
        assert not Estate.objects.filter(name="花园小区").exists()
        with desktop.expect_download() as mending:
            desktop.get_by_role("link", name="下载有错的行（已标红并写明原因）").click()
        assert mending.value.suggested_filename.endswith(".xlsx")

        # Good rows only.
        desktop.get_by_role("button", name="先导入正确的行").click()
        expect(desktop.locator(".ml-page-head-state")).to_contain_text("已导入")
        expect(desktop.locator("main")).to_contain_text("还有 1 处错误的行没有导入")
        assert_accessible(desktop)
        assert Dwelling.objects.filter(building__grid__code=GRID).count() == 2

        # And back.
        desktop.get_by_role("button", name="撤销这次导入").click()
        expect(desktop.locator("dialog#undo")).to_contain_text("撤销这次导入？")
        assert_accessible(desktop)
        desktop.locator("dialog#undo").get_by_role("button", name="撤销", exact=True).click()
        expect(desktop.locator(".ml-page-head-state")).to_contain_text("已撤销")
        assert_accessible(desktop)
        assert not Estate.objects.filter(name="花园小区").exists()
        desktop.goto("/imports/")
        expect(desktop.get_by_role("row", name="花园小区底册.xlsx")).to_contain_text("已撤销")
        assert_accessible(desktop)


def test_a_renamed_program_is_explained(town: Town, desktop: Page, as_user: As, tmp_path: Path) -> None:
    path = tmp_path / "底册.xlsx"
    path.write_bytes(b"MZ\x90\x00" + b"\x00" * 400)
    with time_machine.travel(MONDAY, tick=True):
        as_user(desktop, town.ours.staff)
        upload(desktop, path)
        expect(desktop.locator("main")).to_contain_text("改了名的程序文件")
        assert_accessible(desktop)
    assert not ImportRun.objects.exists()
