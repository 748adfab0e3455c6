"""Columns that only tickets have."""

import re
from typing import Any

from community.imports.cells import Cell
from community.imports.problems import Wrong
from community.timers.limits import Limit, Unit

LIMIT = re.compile(r"(\d{1,3}) ?个?(工作日|自然日|日|天|小时|个小时|工作小时|工作时|分钟)")
UNITS = {
    "工作日": (1, Unit.WORK_DAYS), "自然日": (1, Unit.CALENDAR_DAYS), "日": (1, Unit.CALENDAR_DAYS),
    "天": (1, Unit.CALENDAR_DAYS), "小时": (60, Unit.CLOCK), "个小时": (60, Unit.CLOCK),
    "工作小时": (60, Unit.WORK_MINUTES), "工作时": (60, Unit.WORK_MINUTES), "分钟": (1, Unit.CLOCK),
}  # fmt: skip


class LimitCell(Cell):
    """“5个工作日”, “24小时”, “3天”."""

    empty: Any = None

    def read(self, text: str) -> Limit:
        found = LIMIT.fullmatch(text)
        if not found or not int(found[1]):
            raise Wrong("not_limit")
        times, unit = UNITS[found[2]]
        return Limit(int(found[1]) * times, unit)
