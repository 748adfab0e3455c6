"""Cells are understood however people type them, and explained where they cannot be."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from community.imports.base.addresses import building_name, floor_of, room_name, take_apart, unit_name
from community.imports.cells import Amount, Cell, Choice, Code, Covered, Day, Flag, Month, Phone, Unsaved, Whole
from community.imports.problems import WORDS, Wrong, sentence

TEXT, PHONE, MONTH, DAY = Cell("文字", limit=5), Phone("电话"), Month("出生年月"), Day("入党日期")
CODE, WHOLE, AMOUNT, FLAG = Code("编码", digits=15), Whole("户数", high=500), Amount("面积"), Flag("退役")
CHOICE = Choice("类型", choices={"居民网格": "residential"})


@pytest.mark.parametrize(
    ("cell", "given", "value"),
    [
        (TEXT, "　张　三　", "张 三"),
        (TEXT, 101.0, "101"),
        (TEXT, "１０１", "101"),
        (TEXT, None, ""),
        (PHONE, "199 7776 3170", "19977763170"),
        (PHONE, "１９９７７７６３１７０", "19977763170"),
        (PHONE, 19977763170.0, "19977763170"),
        (PHONE, "+86 199-7776-3170", "19977763170"),
        (PHONE, "0531-88012345", "053188012345"),
        (MONTH, "1948-09", date(1948, 9, 1)),
        (MONTH, "1948年9月", date(1948, 9, 1)),
        (MONTH, 194809, date(1948, 9, 1)),
        (MONTH, 1948.09, date(1948, 9, 1)),
        (MONTH, datetime(1948, 9, 17), date(1948, 9, 1)),
        (MONTH, 17777, date(1948, 9, 1)),
        (MONTH, None, None),
        (DAY, "1983/7/1", date(1983, 7, 1)),
        (DAY, "１９８３年７月１日", date(1983, 7, 1)),
        (DAY, "19830701", date(1983, 7, 1)),
        (DAY, 30498, date(1983, 7, 1)),
        (DAY, "2024-03-15 00:00:00", date(2024, 3, 15)),
        (CODE, 370105004012001, "370105004012001"),
        (CODE, 3.70105004012001e14, "370105004012001"),
        (WHOLE, "３户", 3),
        (WHOLE, 3.0, 3),
        (AMOUNT, "68.391㎡", Decimal("68.39")),
        (AMOUNT, 61, Decimal("61.00")),
        (FLAG, "是", True),
        (FLAG, None, False),
        (FLAG, "否", False),
        (CHOICE, " 居民网格", "residential"),
    ],
)
def test_what_is_meant_is_read(cell: Cell, given: Any, value: Any) -> None:
    assert cell.clean(given) == value


@pytest.mark.parametrize(
    ("cell", "given", "code"),
    [
        (TEXT, "六个字的名字", "too_long"),
        (TEXT, datetime(2026, 1, 1), "turned_into_date"),
        (TEXT, "#N/A", "error_value"),
        (TEXT, Unsaved(), "formula"),
        (TEXT, Covered("A1:B2"), "merged"),
        (Cell("姓名", required=True), "  ", "required"),
        (PHONE, "1997776317", "phone_length"),
        (PHONE, "12977763170", "phone"),
        (PHONE, "19977763170/19943915000", "two_phones"),
        (PHONE, "没有", "phone"),
        (PHONE, "88012345", "phone"),
        (MONTH, "1948", "not_month"),
        (MONTH, 1948, "not_month"),
        (MONTH, 1948.1, "month_unclear"),
        (MONTH, "1948-13", "not_month"),
        (DAY, "2027-01-01", "date_range"),
        (DAY, "去年", "not_date"),
        (CODE, "37010500401200", "not_code"),
        (CODE, "37010500401200X", "not_code"),
        (WHOLE, "三", "not_number"),
        (WHOLE, 2.5, "not_number"),
        (WHOLE, 501, "out_of_range"),
        (AMOUNT, "大约60", "not_decimal"),
        (AMOUNT, 0, "out_of_range"),
        (AMOUNT, "NaN", "out_of_range"),
        (FLAG, "也许", "not_flag"),
        (CHOICE, "别的", "not_choice"),
    ],
)
@time_machine.travel("2026-11-20 10:00+08:00")
def test_what_cannot_be_read_is_explained(cell: Cell, given: Any, code: str) -> None:
    with pytest.raises(Wrong) as refused:
        cell.clean(given)
    assert refused.value.code == code
    assert "%" not in sentence(refused.value)


def test_every_problem_says_what_to_do() -> None:
    assert all(str(reason) and str(advice) for reason, advice in WORDS.values())


@pytest.mark.parametrize("text", ["1", "01", "1号楼", "1#", "1#楼", "1栋", "1 幢", "1号"])
def test_a_building_has_one_name(text: str) -> None:
    assert building_name(text) == "1号楼"


def test_names_that_are_no_numbers_stay() -> None:
    assert building_name("老年公寓") == "老年公寓"
    assert [unit_name(text) for text in ("1", "一单元", "2门", "东单元", "")] == [
        "1单元",
        "1单元",
        "2单元",
        "东单元",
        "",
    ]
    assert [room_name(text) for text in ("101室", "101", "底商")] == ["101", "101", "底商"]
    assert [floor_of(room) for room in ("101", "1203", "底商", "12")] == [1, 12, None, None]


@pytest.mark.parametrize(
    ("address", "home"),
    [
        ("毕家洼小区13号楼2单元102", ("毕家洼小区", "13号楼", "2单元", "102")),
        ("毕家洼小区-13-2-102", ("毕家洼小区", "13号楼", "2单元", "102")),
        ("历下区毕家洼小区13栋2单元102室", ("毕家洼小区", "13号楼", "2单元", "102")),
        ("毕家洼小区13号楼102", ("毕家洼小区", "13号楼", "", "102")),
        ("北园小区3号楼1单元201", ("北园小区", "3号楼", "1单元", "201")),
        ("毕家洼小区", None),
        ("随便写的", None),
    ],
)
def test_an_address_is_taken_apart(address: str, home: Any) -> None:
    assert take_apart(address, ["毕家洼小区", "家洼小区"]) == home
