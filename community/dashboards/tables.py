"""The tables of a dashboard: by grid, by category, by group of wishes, and communities side by side."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from community.dashboards import links
from community.dashboards.numbers import Numbers
from community.dashboards.period import Period
from community.directory.models import Community, Grid
from grids.models import Category
from wishes.models import Wish


@dataclass(frozen=True)
class Row:
    """One line of a table: its name, its numbers, and ``place``, the filters under which lists show what it counted."""

    name: str
    numbers: Numbers
    period: Period
    place: dict[str, Any]
    limits: tuple[str, str] = ("", "")
    href: str = ""

    @property
    def incidents(self) -> list[dict[str, Any]]:
        return self._counts("incident", links.incidents)

    @property
    def wishes(self) -> list[dict[str, Any]]:
        return self._counts("wish", links.wishes)

    def _counts(self, kind: str, address: Any) -> list[dict[str, Any]]:
        """Open, due soon and overdue, each with the address of its rows and the tone it has when there are any."""
        labels: tuple[tuple[str, str, dict[str, str], str], ...] = (
            (_("未结"), "open", {"state": "open"}, ""),
            (_("即将到期"), "due_soon", {"due": "soon"}, "soon"),
            (_("已超时"), "overdue", {"due": "overdue"}, "overdue"),
        )
        return [
            {"label": label, "value": value, "href": address(**self.place, **filters), "tone": tone if value else ""}
            for label, measure, filters, tone in labels
            for value in [self.numbers.of(kind, measure)]
        ]

    @property
    def raised(self) -> dict[str, Any]:
        return {
            "value": self.numbers.of("incident", "raised"),
            "href": links.incidents(**self.place, days=self.period.days),
        }

    @property
    def response(self) -> dict[str, Any]:
        return self._times("response_minutes", "responded", "responded_in_time", self.limits[0])

    @property
    def handling(self) -> dict[str, Any]:
        return self._times("handling_minutes", "resolved", "resolved_in_time", self.limits[1])

    def _times(self, minutes: str, count: str, in_time: str, limit: str) -> dict[str, Any]:
        return {
            "mean": self.numbers.mean("incident", minutes, count),
            "share": self.numbers.share("incident", in_time, count),
            "limit": limit,
        }

    @property
    def wished(self) -> list[dict[str, Any]]:
        """Collected, claimed and granted."""
        labels: tuple[tuple[str, str, dict[str, str]], ...] = (
            (_("征集"), "raised", {}),
            (_("认领"), "claimed", {"moment": "claimed"}),
            (_("圆梦"), "granted", {"state": "granted", "moment": "closed_at"}),
        )
        return [
            {
                "label": label,
                "value": self.numbers.of("wish", measure),
                "href": links.wishes(**self.place, **filters, days=self.period.days),
            }
            for label, measure, filters in labels
        ]

    @property
    def patrols(self) -> list[dict[str, Any]]:
        """Done and missed."""
        labels = ((_("完成巡查"), "done", ""), (_("未完成巡查"), "missed", "overdue"))
        return [
            {
                "label": label,
                "value": value,
                "href": links.patrols(**self.place, state=measure, days=self.period.days),
                "tone": tone if value else "",
            }
            for label, measure, tone in labels
            for value in [self.numbers.of("patrol", measure)]
        ]

    @property
    def points(self) -> int:
        return self.numbers.of("points", "posted")


@dataclass(frozen=True)
class Tables:
    grids: list[Row] = field(default_factory=list)
    categories: list[Row] = field(default_factory=list)
    groups: list[Row] = field(default_factory=list)


def grid_rows(found: dict[int | None, Numbers], community: int, period: Period) -> list[Row]:
    """Every grid of the community in its own order, then what belongs to none. One query."""
    rows = [
        Row(grid.name, found.get(grid.pk, Numbers()), period, {"community": community, "grid": grid.pk})
        for grid in Grid.objects.filter(community=community)
    ]
    rest = found.get(None, Numbers())
    if rest.of("incident", "raised") or rest.all("open"):
        rows.append(Row(_("未分网格"), rest, period, {"community": community, "gridless": 1}))
    return rows


def category_rows(found: dict[str, Numbers], community: int, period: Period) -> list[Row]:
    """The categories in which something happened: what is overdue first, then the most frequent. One query."""
    codes = [code for code in found if code.isdecimal()]
    rows = [
        Row(
            str(category),
            found[str(pk)],
            period,
            {"community": community, "category": pk},
            limits=(str(category.response), str(category.handling)),
        )
        for pk, category in Category.objects.in_bulk([int(code) for code in codes]).items()
    ]
    return sorted(rows, key=lambda row: (-row.numbers.of("incident", "overdue"), -row.raised["value"], row.name))


def group_rows(found: dict[str, Numbers], community: int, period: Period) -> list[Row]:
    """The groups for whom wishes were made."""
    return [
        Row(str(label), found[code], period, {"community": community, "group": code})
        for code, label in Wish.Group.choices
        if code in found
    ]


def community_rows(found: dict[int, Numbers], communities: Iterable[Community], period: Period) -> list[Row]:
    """Communities side by side, in the order of their codes: a comparison, not a ranking."""
    return [
        Row(
            one.name,
            found.get(one.pk, Numbers()),
            period,
            {"community": one.pk},
            href=links.desk(community=one.pk, days=period.days),
        )
        for one in communities
    ]
