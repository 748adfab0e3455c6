"""Incidents as points, or as cells with counts when many lie in view: what is sent is bounded either way."""

from datetime import datetime
from math import ceil, floor, log2
from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Count, F, Q
from django.db.models.functions import Coalesce, Floor
from django.urls import reverse

from community.core.phrases import remaining
from grids.mapping.ground import Box
from grids.models.incident import DUE_SOON

if TYPE_CHECKING:
    from grids.models import Incident
    from grids.models.incident import IncidentQuerySet

MOST_POINTS = 120
CELLS_ACROSS, HEAT_ACROSS = 16, 48
TONES = ("overdue", "soon", "ontime", "paused", "done")


def located(rows: "IncidentQuerySet", box: Box) -> "IncidentQuerySet":
    """Those within the box: where the finder put it, else where its house stands."""
    placed = rows.annotate(y=Coalesce("spot_lat", "building__lat"), x=Coalesce("spot_lng", "building__lng"))
    return placed.filter(box.holds("y", "x"))


def shown(rows: "IncidentQuerySet", box: Box, now: datetime) -> dict[str, Any]:
    """``{"cells": […]}`` when many lie in view, else ``{"points": […]}``.

    Counted first: one pass over what lies in view is enough where it is much, and costs little where it is not.
    """
    seen = located(rows, box)
    cells = _cells(seen, box, now)
    if sum(cell["count"] for cell in cells) > MOST_POINTS:
        return {"cells": cells}
    named = seen.select_related("category", "building__estate")
    found = named.order_by(F("due_at").asc(nulls_last=True), "-pk")[:MOST_POINTS] if cells else ()
    return {"points": [_point(incident, now) for incident in found]}


def tone_of(incident: "Incident", now: datetime) -> str:
    """The state of its deadline; the map shows nothing else of a state."""
    if not incident.is_open:
        return "done"
    if incident.due_at is None:
        return "paused"
    if incident.due_at <= now:
        return "overdue"
    return "soon" if incident.due_at <= now + DUE_SOON else "ontime"


def _tones(now: datetime) -> dict[str, Any]:
    """The same in SQL, counted."""
    opened = Q(closed_at=None)
    rules = {
        "overdue": opened & Q(due_at__lte=now),
        "soon": opened & Q(due_at__gt=now, due_at__lte=now + DUE_SOON),
        "ontime": opened & Q(due_at__gt=now + DUE_SOON),
        "paused": opened & Q(due_at=None),
        "done": Q(closed_at__isnull=False),
    }
    return {name: Count("pk", filter=rule) for name, rule in rules.items()}


def _point(incident: "Incident", now: datetime) -> dict[str, Any]:
    place: Any = incident
    return {
        "lat": round(place.y, 6), "lng": round(place.x, 6), "tone": tone_of(incident, now), "number": incident.number,
        "title": incident.shown_title, "state": incident.get_status_display(),
        "due": remaining(incident.due_at, now=now) if incident.due_at else "",
        "url": reverse("cases:page", args=[incident.number]),
    }  # fmt: skip


def cell_size(box: Box, across: int) -> float:
    """Degrees, halved from 360 so that cells keep their places while the map is dragged; at most ``across`` + 1 fit."""
    return 360 / 2 ** floor(log2(360 * across / box.span))


def _cells(seen: "IncidentQuerySet", box: Box, now: datetime) -> list[dict[str, Any]]:
    size = cell_size(box, CELLS_ACROSS)
    grouped = seen.order_by().values(row=Floor(F("y") / size), column=Floor(F("x") / size))
    rows: Any = grouped.annotate(count=Count("pk"), lat=Avg("y"), lng=Avg("x"), **_tones(now)).order_by("row", "column")
    return [
        {
            "lat": round(row["lat"], 6), "lng": round(row["lng"], 6), "count": row["count"],
            "tones": {tone: row[tone] for tone in TONES if row[tone]},
            "box": [row["column"] * size, row["row"] * size, (row["column"] + 1) * size, (row["row"] + 1) * size],
        }
        for row in rows
    ]  # fmt: skip


def heat(rows: "IncidentQuerySet", box: Box) -> list[list[float]]:
    """``[lat, lng, count]`` of cells of about a fiftieth of the view."""
    size = cell_size(box, HEAT_ACROSS)
    grouped = located(rows, box).order_by().values(row=Floor(F("y") / size), column=Floor(F("x") / size))
    cells = grouped.annotate(count=Count("pk"), lat=Avg("y"), lng=Avg("x")).order_by("row", "column")
    return [[round(cell["lat"], 6), round(cell["lng"], 6), cell["count"]] for cell in cells]


def most_cells(across: int) -> int:
    """How many rows an answer may have at most."""
    return ceil(across + 1) ** 2
