"""Fixtures of the hotline's tests."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from openpyxl import Workbook

import grids.hotline
from community.directory.models import Building, Estate
from community.imports.models import ImportRun
from tests.neighbourhood import Hood

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2025, 7, 15, 10, tzinfo=SHANGHAI)
SAMPLES = Path(grids.hotline.__file__).parent / "samples"
SAMPLE, OLD_SYSTEM = SAMPLES / "12345工单-2025上半年.xlsx", SAMPLES / "12345工单-旧系统导出.csv"
HEAD = [
    "工单编号", "来电时间", "诉求类型", "诉求标题", "诉求内容", "地址", "来电人", "联系电话", "承办单位", "办理时限",
    "办结时间", "回访结果", "满意度",
]  # fmt: skip


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def summer() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def estates(hood: Hood) -> dict[str, Building]:
    """The four estates that the samples speak of; 北村小区24号楼 by its address."""
    found = {}
    for name in ("毕家洼小区", "怡园小区", "四院宿舍", "北村小区"):
        estate = Estate.objects.create(community=hood.community, name=name)
        for number in range(1, 40):
            building = Building.objects.create(estate=estate, grid=hood.grid, name=f"{number}号楼", units=2, floors=6)
            found[f"{name}{number}号楼"] = building
    return found


def a_row(number: str = "JN1", **more: Any) -> list[Any]:
    """One good row of an export; ``more`` replaces cells by their titles."""
    cells = dict.fromkeys(HEAD) | {
        "工单编号": number, "来电时间": "2025-07-10 09:00", "诉求类型": "投诉", "诉求标题": "暴露垃圾",
        "诉求内容": "楼后垃圾堆了好几天。", "地址": "北村小区24号楼", "来电人": "熊雨", "联系电话": "19933025228",
        "承办单位": "毕家洼西区社区", "办理时限": "5个工作日",
    }  # fmt: skip
    return list((cells | more).values())


def book(*rows: list[Any], head: list[str] | None = None, title: str = "工单") -> BytesIO:
    workbook = Workbook()
    page = workbook.active
    page.title = title
    for row in (head or HEAD, *rows):
        page.append(row)
    out = BytesIO()
    workbook.save(out)
    out.seek(0)
    return out


@pytest.fixture
def imported(hood: Hood) -> Callable[..., ImportRun]:
    """Receive, check and import a file; wrong rows are left out."""

    def go(file: BytesIO, name: str = "工单.xlsx", by: Any = None, now: datetime = NOW) -> ImportRun:
        run = ImportRun.receive(file, name=name, community=hood.community, by=by, now=now, profile="hotline")
        return run.examine(now=now).order(mode="good_rows", by=by, now=now).apply(now=now)

    return go
