"""Workbooks built in the test, good and bad."""

from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook

import community.imports

SAMPLE = Path(community.imports.__file__).parent / "samples" / "毕家洼西区-社区底册.xlsx"
CODE = "370105004012"
GRID, OTHER_GRID = f"{CODE}101", f"{CODE}102"

Rows = list[list[Any]]


def small() -> dict[str, Rows]:
    """One grid, one building, two dwellings, a member, a partner, a volunteer: everything right."""
    return {
        "网格": [
            ["网格编码", "网格名称", "网格类型", "专职网格员", "网格员电话"],
            [GRID, "东网格", "居民网格", "赖燕", "19977763170"],
        ],
        "楼栋": [["小区", "楼栋", "所属网格", "单元数", "层数", "户数"], ["花园小区", "1号楼", GRID, 2, 6, 2]],
        "房屋": [
            ["小区", "楼栋", "单元", "房号", "户主", "常住人口", "联系电话", "使用状况", "重点人群", "建筑面积"],
            ["花园小区", "1号楼", "1单元", "101", "宋舒", 2, "19947577104", "自住", None, 84.18],
            ["花园小区", "1号楼", "1单元", "102", "袁远", 4, None, "出租", "独居", 61],
        ],
        "党员": [
            ["姓名", "性别", "出生年月", "入党日期", "所在支部", "退役军人", "住址", "电话", "送学上门"],
            ["程卫", "男", "1948-09", "1983-07-01", "第1党支部", None, "花园小区1号楼1单元102", "19998421667", "是"],
        ],
        "共建单位": [["单位名称", "联系人", "电话", "协议日期"], ["区图书馆", "雷明", "0531-88012345", "2024-03-15"]],
        "志愿者": [["姓名", "电话", "队伍", "特长", "累计服务小时"], ["尹金", "19955985447", "志愿服务队", "理发", 21]],
    }


def workbook(sheets: dict[str, Rows]) -> Workbook:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    return book


def saved(book: Workbook | dict[str, Rows]) -> BytesIO:
    """The bytes of a workbook as an upload would bring them."""
    out = BytesIO()
    (workbook(book) if isinstance(book, dict) else book).save(out)
    out.seek(0)
    return out


def many_dwellings(count: int) -> dict[str, Rows]:
    """The small workbook with ``count`` dwellings, each with a householder."""
    sheets = small()
    head = sheets["房屋"][0]
    sheets["房屋"] = [
        head,
        *(
            ["花园小区", "1号楼", "1单元", str(1000 + n), f"户主{n}", 2, f"199{n:08d}", "自住", None, 60]
            for n in range(count)
        ),
    ]
    sheets["党员"] = sheets["党员"][:1]
    return sheets
