"""The charts of a dashboard, as ``<c-chart>`` takes them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from community.dashboards import links
from community.dashboards.figures import Material
from community.dashboards.numbers import Numbers
from community.dashboards.period import MOST_POINTS

FEW = 14  # points of a chart whose days would be too few cases each to mean anything
NOTHING = "-"  # what ECharts leaves out of a line


@dataclass(frozen=True)
class Chart:
    id: str
    title: str
    kind: str
    data: dict[str, Any]
    href: str
    note: str = ""


def charts(data: Material) -> list[Chart]:
    place = {"community": data.community, "days": data.period.days}
    return [
        Chart(
            "incidents", _("事件：上报与结案"), "line",
            _series(data, _("件"), (_("上报"), "", _count("incident", "raised")),
                    (_("结案"), "accent", _count("incident", "closed"))),
            links.incidents(**place), _note(data, MOST_POINTS),
        ),
        Chart(
            "rates", _("按时响应与按时办结"), "line",
            _series(data, "%", (_("按时响应"), "", _share("responded_in_time", "responded")),
                    (_("按时办结"), "accent", _share("resolved_in_time", "resolved")), most=FEW),
            links.incidents(**place), _note(data, FEW),
        ),
        Chart(
            "wishes", _("心愿：征集、认领、圆梦"), "bar",
            _series(data, _("个"), (_("征集"), "", _count("wish", "raised")),
                    (_("认领"), "quiet", _count("wish", "claimed")), (_("圆梦"), "accent", _count("wish", "granted")), most=FEW),
            links.wishes(**place), _note(data, FEW),
        ),
        Chart(
            "patrols", _("巡查：完成与未完成"), "stacked",
            _series(data, _("次"), (_("完成"), "", _count("patrol", "done")),
                    (_("未完成"), "accent", _count("patrol", "missed"))),
            links.patrols(**place), _note(data, MOST_POINTS),
        ),
    ]  # fmt: skip


Value = Callable[[Numbers], Any]


def _count(kind: str, measure: str) -> Value:
    return lambda numbers: numbers.of(kind, measure)


def _share(part: str, whole: str) -> Value:
    def share(numbers: Numbers) -> Any:
        found = numbers.share("incident", part, whole)
        return NOTHING if found is None else found

    return share


def _series(data: Material, unit: str, *lines: tuple[str, str, Value], most: int = MOST_POINTS) -> dict[str, Any]:
    stretches = data.period.stretches(most)
    sums = [_summed(data, days) for days in stretches]
    return {
        "labels": [_label(days) for days in stretches],
        "unit": unit,
        "series": [
            {"name": name, "values": [value(numbers) for numbers in sums]} | ({"tone": tone} if tone else {})
            for name, tone, value in lines
        ],
    }


def _summed(data: Material, days: list[date]) -> Numbers:
    total = Numbers()
    for day in days:
        for key, value in data.days.get(day, Numbers()).values.items():
            total.values[key] = total.values.get(key, 0) + value
    return total


def _label(days: list[date]) -> str:
    return f"{days[0]:%m-%d}"


def _note(data: Material, most: int) -> str:
    return _("每个点是从所示日期起的一周") if data.period.days > most else ""
