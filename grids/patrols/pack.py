"""What a phone takes along: the day's patrols, their points, the buildings and one's own open matters. No resident's data."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils import timezone

from community.core.phrases import moment
from community.directory.models import Building
from grids.models import CheckPoint, Incident, Patrol
from grids.today import patrols_of

if TYPE_CHECKING:
    from community.directory.models import User

LATE = timedelta(days=2)  # a walk that was missed can still be handed in
MOST_BUILDINGS, MOST_MATTERS = 500, 60


def packed(user: "User", now: datetime) -> dict[str, Any]:
    """Eight queries whatever there is."""
    patrols = _patrols(user, now)
    points = CheckPoint.objects.active().filter(grid__in={row.grid_id for row in patrols if row.grid_id})
    by_grid: dict[int, list[CheckPoint]] = {}
    for point in points.order_by("order", "pk"):
        by_grid.setdefault(point.grid_id, []).append(point)
    return {
        "user": user.pk,
        "now": now.isoformat(),
        "patrols": [_patrol(row, user, by_grid.get(row.grid_id or 0, [])) for row in patrols],
        "buildings": [_building(row) for row in _buildings(patrols)],
        "matters": [_matter(row) for row in _matters(user)],
    }


def _patrols(user: "User", now: datetime) -> list[Patrol]:
    """Those to walk, and the ended ones of these days whose items may still be on their way."""
    open_ones = patrols_of(user, now)
    lately = Patrol.objects.of_kind().filter(assignee=user, day__gte=timezone.localdate(now) - LATE)
    ended = lately.exclude(ended_at=None).order_by("-day", "-pk")[:10]
    keys = [row.pk for row in [*open_ones, *ended]]
    rows = Patrol.objects.of_kind().filter(pk__in=keys).select_related("grid", "community", "assignee")
    found = {row.pk: row for row in rows.prefetch_related(Prefetch("ticks"))}
    return [found[key] for key in keys]


def _patrol(patrol: Patrol, user: "User", points: Iterable[CheckPoint]) -> dict[str, Any]:
    ticked = {tick.point_id: tick.at for tick in patrol.ticks.all()}
    return {
        "id": patrol.pk,
        "title": str(patrol),
        "place": str(patrol.grid or patrol.community),
        "grid": patrol.grid_id,
        "status": patrol.status,
        "state": patrol.get_status_display(),
        "mine": patrol.assignee_id == user.pk,
        "until": moment(patrol.closes_at),
        "points": [
            {"id": point.pk, "name": point.name, "token": point.token, "done": point.pk in ticked} for point in points
        ],
    }


def _buildings(patrols: list[Patrol]) -> Iterable[Building]:
    rows = Building.objects.filter(estate__community__in={row.community_id for row in patrols})
    return rows.select_related("estate", "grid").order_by("estate", "pk")[:MOST_BUILDINGS]


def _building(building: Building) -> dict[str, Any]:
    return {
        "id": building.pk,
        "name": building.name,
        "full": str(building),
        "grid": building.grid_id,
        "grid_name": str(building.grid),
        "community": building.estate.community_id,
    }


def _matters(user: "User") -> Iterable[Incident]:
    """What the person has in hand, wherever it lies."""
    rows = Incident.objects.of_kind().open().filter(handler=user, status=Incident.Status.HANDLING)
    return rows.order_by("due_at", "pk")[:MOST_MATTERS]


def _matter(incident: Incident) -> dict[str, Any]:
    return {
        "number": incident.number,
        "title": incident.title,
        "state": incident.get_status_display(),
        "seen": incident.changed_at.isoformat(),
        "due": moment(incident.due_at) if incident.due_at else "",
    }
