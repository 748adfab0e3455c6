"""A foreign export explained once and imported, a cluster raised, a department called that reports in: in the browser."""

import re
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, expect

from community.imports.models import ColumnMap
from grids.hotline.models import HotlineTicket
from grids.models import Department
from tests.journeys.browser import MONDAY, As, assert_accessible
from tests.neighbourhood import Town

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

LINES = [
    "流水号,拨打时间,诉求类型,诉求标题,诉求内容,哪里,办结时间,回访结果,满意度",
    "JN1,2026-02-23 09:00,投诉,暴露垃圾,单元门口垃圾没人清。,毕家洼西区小区3号楼,2026-02-24 10:00,已解决,满意",
    "JN2,2026-02-25 09:00,投诉,暴露垃圾,还是没人清。,毕家洼西区小区3号楼,,,",
]
MEANINGS = {"流水号": "工单编号", "拨打时间": "来电时间", "哪里": "地址"}


def test_a_foreign_export_and_what_comes_of_it(town: Town, desktop: Page, as_user: As, tmp_path: Path) -> None:
    path = tmp_path / "老系统.csv"
    path.write_bytes("\n".join(LINES).encode("gb18030"))
    with time_machine.travel(MONDAY, tick=True):
        as_user(desktop, town.ours.staff)
        desktop.goto("/grids/hotline/")
        assert_accessible(desktop)
        desktop.get_by_role("link", name="导入工单").click()
        assert_accessible(desktop)
        desktop.locator("input[type=file]").set_input_files(path)
        desktop.get_by_role("button", name="上传并检查").click()

        # Three columns have names of their own: said once, remembered.
        expect(desktop.locator("main")).to_contain_text("缺少“工单编号”列")
        desktop.get_by_role("link", name="设定列对应").click()
        assert_accessible(desktop)
        for title, meaning in MEANINGS.items():
            desktop.get_by_label(title).select_option(label=meaning)
        desktop.get_by_role("button", name="记住并重新检查").click()
        expect(desktop.locator("main")).to_contain_text("检查通过，可以导入")
        assert_accessible(desktop)
        desktop.get_by_role("button", name="全部导入").click()
        expect(desktop.locator(".ml-page-head-state")).to_contain_text("已导入")
        assert ColumnMap.objects.get().source == "老系统"
        assert HotlineTicket.objects.filter(building=town.ours.building).count() == 2

        # The rates, with their formulas.
        desktop.get_by_role("link", name="看导入的内容").click()
        desktop.get_by_role("link", name="三率与同比").click()
        expect(desktop.locator("main")).to_contain_text("÷ 应联系的")
        assert_accessible(desktop)

        # Two calls and no incident: one click raises it for both.
        desktop.get_by_role("link", name="未诉先办").click()
        assert_accessible(desktop)
        desktop.get_by_role("link", name="转为事件").click()
        expect(desktop.get_by_label("事件类别")).to_have_value(re.compile(r"\d+"))
        assert_accessible(desktop)
        desktop.get_by_role("button", name="上报").click()
        expect(desktop.get_by_role("heading", level=1)).to_contain_text("暴露垃圾")
        assert HotlineTicket.objects.exclude(linked_incident=None).count() == 2


def test_a_whistle_and_a_department_that_reports_in(
    town: Town, desktop: Page, phone: Page, as_user: As, tmp_path: Path
) -> None:
    from tests.specimens import an_incident

    with time_machine.travel(MONDAY, tick=True):
        squad = Department.objects.create(street=town.street, name="综合执法队", contact=town.ours.neighbour)
        incident = an_incident(town.ours)
        as_user(desktop, town.ours.staff)
        desktop.goto(f"/cases/{incident.number}/")
        desktop.get_by_role("link", name="吹哨", exact=True).click()
        assert_accessible(desktop)
        desktop.get_by_label("综合执法队").check()
        desktop.get_by_label("需要部门做什么").fill("请到场一起清理。")
        desktop.get_by_role("button", name="吹哨").click()
        expect(desktop.locator("main")).to_contain_text("吹哨：请综合执法队报到")
        assert_accessible(desktop)

        as_user(phone, town.ours.neighbour)
        phone.goto("/grids/whistles/mine/")
        assert_accessible(phone)
        phone.get_by_role("link", name=re.compile("综合执法队")).first.click()
        phone.get_by_role("link", name="报到", exact=True).click()
        phone.get_by_role("button", name="报到").click()
        expect(phone.locator("main")).to_contain_text("已报到")
        assert_accessible(phone)
        assert squad.calls.get().in_time

        as_user(desktop, town.officer)
        desktop.goto("/grids/whistles/")
        expect(desktop.locator("main")).to_contain_text("1 / 1")
        assert_accessible(desktop)
