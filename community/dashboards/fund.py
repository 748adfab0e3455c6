"""公益基金 among the secretary's figures: what came in and went out, what is left, reserved, asked for, and not closed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from community.dashboards import links
from community.dashboards.numbers import Numbers
from community.dashboards.period import Period
from points.fund.money import shown


@dataclass(frozen=True)
class Cell:
    """One figure with its rows; ``shown`` is whether it is worth a place where only what matters is told."""

    name: str
    value: str
    href: str
    shown: bool
    tone: str = ""


@dataclass(frozen=True)
class Row:
    """One community's fund."""

    name: str
    href: str
    cells: list[Cell]


def cells(
    now: Numbers, present: Numbers, period: Period, community: int, books: Collection[int], funds: Collection[int]
) -> list[Cell]:
    """Of one community. A figure leads nowhere where the person may not open its rows."""
    accounts = reverse("fund:accounts", args=[community]) if community in books else ""
    vouchers = reverse("fund:vouchers", args=[community]) if community in books else ""
    keeps = community in funds
    came, went = (now.of("fund", measure) for measure in ("came", "went"))
    has, held, asked, months = (present.of("fund", measure) for measure in ("has", "held", "asked", "months"))
    flow = lambda name: f"{vouchers}?flow={name}&days={period.days}" if vouchers else ""  # noqa: E731
    desk = lambda name, **more: links.to(name, community=community, **more) if keeps else ""  # noqa: E731
    return [
        Cell(_("基金收入"), shown(came), flow("in"), bool(came)),
        Cell(_("基金支出"), shown(went), flow("out"), bool(went)),
        Cell(_("基金结余"), shown(has), accounts, bool(has)),
        Cell(_("基金已预留"), shown(held), desk("fund:spendings", state="held"), bool(held)),
        Cell(_("基金支出待审批"), _asked(asked, present), desk("fund:spendings", state="asked"), bool(asked),
             "soon" if asked else ""),
        Cell(_("基金未结账"), _("%(count)s 个月") % {"count": months}, desk("fund:months", open=1), bool(months),
             "overdue" if months > 1 else "soon" if months else ""),
    ]  # fmt: skip


def _asked(count: int, present: Numbers) -> str:
    return _("%(count)s 笔，%(size)s") % {"count": count, "size": shown(present.of("fund", "asked_cents"))}


def rows(found: Mapping[int, Any], period: Period, books: Collection[int], funds: Collection[int]) -> list[Row]:
    """Side by side; a row's numbers hold the period and the present under different names."""
    told = [(place, row) for place, row in found.items() if ("fund", "has") in row.numbers.values]
    return [
        Row(row.name, row.href, cells(row.numbers, row.numbers, period, place, books, funds)) for place, row in told
    ]
