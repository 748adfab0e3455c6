"""What came of recurring duties of every kind: planned, done, done late, missed; by kind and by grid, with their rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from community.dashboards import links
from community.dashboards.numbers import Numbers, by, visible_cells
from community.dashboards.period import Period
from community.directory.models import Community, Grid
from community.duties.models import Occurrence
from grids.patrols.models import Receipt

if TYPE_CHECKING:
    from community.directory.models import User

OFFLINE = ("sent_later", "settled")


def states() -> dict[str, str]:
    return {
        "planned": _("应做"),
        "done": _("完成"),
        "late": _("迟做"),
        "missed": _("未完成"),
        "sent_later": _("离线补传"),
        "settled": _("离线冲突"),
    }


@dataclass(frozen=True)
class Chosen:
    """What of it the page shows: the query parameters, checked."""

    communities: Sequence[Community]
    period: Period
    kind: str = ""
    state: str = ""
    grid: Grid | None = None

    def link(self, **more: Any) -> str:
        """The same page with something else chosen."""
        one = self.communities[0].pk if len(self.communities) == 1 else None
        now = {"community": one, "days": self.period.days, "kind": self.kind, "grid": self.grid and self.grid.pk}
        return links.to("dashboards:duties", **(now | {"state": self.state} | more))

    def cells(self, label: str, numbers: Numbers, **place: Any) -> dict[str, Any]:
        """One line of a table."""
        return {
            "name": label,
            "href": self.link(**place, state=""),
            "cells": [
                {"label": name, "value": value, "href": self.link(**place, state=state), "tone": tone if value else ""}
                for state, name in states().items()
                if state not in OFFLINE
                for value in [numbers.all(state)]
                for tone in [{"missed": "overdue", "late": "soon"}.get(state, "")]
            ],
        }


def by_kind(user: "User", chosen: Chosen) -> list[dict[str, Any]]:
    """A line for each kind of which anything was planned. One query."""
    cells = _cells(user, chosen)
    found = by(cells.by_grid().filter(grid=chosen.grid) if chosen.grid else cells.totals(), "kind", chosen.period)
    return [
        chosen.cells(str(model._meta.verbose_name), found[kind], kind=kind)
        for kind, model in sorted(Occurrence.kinds.items())
        if kind in found and found[kind].all("planned")
    ]


def by_grid(user: "User", chosen: Chosen) -> list[dict[str, Any]]:
    """A line for each grid of a single community, of the chosen kind or of all. Two queries."""
    if len(chosen.communities) != 1:
        return []
    cells = _cells(user, chosen).by_grid()
    found = by(cells.filter(kind=chosen.kind) if chosen.kind else cells, "grid", chosen.period)
    return [
        chosen.cells(grid.name, found.get(grid.pk, Numbers()), grid=grid.pk)
        for grid in Grid.objects.filter(community=chosen.communities[0])
    ]


def _cells(user: "User", chosen: Chosen) -> Any:
    places = [place.pk for place in chosen.communities]
    return visible_cells(user, places).filter(kind__in=Occurrence.kinds).exclude(day=None)


def rows(user: "User", chosen: Chosen) -> "QuerySet[Any]":
    """The duties behind a number, as far as their own kind shows them to this person."""
    model: Any = Occurrence.kinds[chosen.kind]
    found = model.objects.visible_to(user).filter(
        community__in=chosen.communities, day__range=(chosen.period.first, chosen.period.last)
    )
    found = found.exclude(secret=True, started_at=None).exclude(status=Occurrence.Status.CALLED_OFF)
    if chosen.grid:
        found = found.filter(grid=chosen.grid)
    return found.filter(_state(chosen.state)).select_related("plan", "grid", "assignee", "community", "desk", "person")


def _state(state: str) -> Q:
    if state in OFFLINE:
        return Q(pk__in=getattr(Receipt.objects, state)().values("patrol"))
    if state == "late":
        return Q(status=Occurrence.Status.DONE, ended_at__gt=F("closes_at"))
    return Q(status=state) if state in ("done", "missed") else Q()
