"""What the commander's board shows now: a fixed number of queries, whatever the number of people and doors."""

from typing import Any

from django.db.models import Count, Q

from grids.emergency.models import DoorCheck, Emergency
from grids.emergency.muster import ON_SITE

ROSTER, LOG = 300, 40
# Whom to ring up first.
ORDER = {"waiting": 0, "coming": 1, "arrived": 2, "left": 3, "cannot": 4}


def standing(emergency: Emergency) -> dict[str, Any]:
    calls = list(emergency.calls.select_related("user", "person", "building__estate", "point").order_by("pk")[:ROSTER])
    points = emergency.points.annotate(
        here=Count("calls", filter=Q(calls__arrived_at__isnull=False, calls__left_at=None)),
        gone=Count("calls", filter=Q(calls__left_at__isnull=False)),
    )
    doors = DoorCheck.objects.filter(emergency=emergency)
    buildings = doors.by_building()
    return {
        "emergency": emergency,
        "counts": emergency.calls.counts(),
        "calls": sorted(calls, key=lambda call: ORDER[call.place]),
        "points": list(points),
        "elsewhere": emergency.calls.filter(ON_SITE, point=None).count(),
        "buildings": buildings,
        "doors": {state: sum(row[state] for row in buildings) for state in DoorCheck.State.values},
        "total_doors": sum(row["total"] for row in buildings),
        "help": list(doors.filter(state="help").select_related("dwelling__building__estate")[:30]),
        "story": list(emergency.timeline.select_related("actor").order_by("-pk")[:LOG]),
        "labels": {move.verb: move.told for move in emergency.workflow.moves},
    }
