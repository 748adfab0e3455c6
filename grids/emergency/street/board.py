"""What the street's board shows: a fixed number of queries, whatever the number of communities."""

from collections import Counter, defaultdict
from typing import Any

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from community.core.models import Entry
from grids.emergency.models import Call, DoorCheck, Emergency
from grids.emergency.muster import ON_SITE
from grids.emergency.street.models import StreetEmergency

# The last lines of each community's log.
LOG = 8


def standing(whole: StreetEmergency) -> dict[str, Any]:
    emergencies = Emergency.objects.filter(street_part__whole=whole)
    rows = list(emergencies.select_related("community", "handler", "street_part").order_by("community__code", "pk"))
    known = [row.pk for row in rows]
    people, doors, logs = _people(known), _doors(known), _logs(known)
    parts: list[dict[str, Any]] = [
        {"emergency": row, "people": people[row.pk], "doors": doors[row.pk], "story": logs[row.pk],
         "last": row.street_part.rejoined_at is None, "turn": turn}
        for row, turn in zip(rows, _turns(rows), strict=True)
    ]  # fmt: skip
    # Whoever joined again is counted once, as things stand there now.
    last = [part["emergency"].pk for part in parts if part["last"]]
    return {
        "whole": whole,
        "parts": parts,
        "communities": len(last),
        "still": sum(row.is_open for row in rows),
        "people": sum((people[pk] for pk in last), Counter()),
        "doors": sum((doors[pk] for pk in last), Counter()),
        "orders": list(whole.orders.select_related("given_by").order_by("-pk")[:20]),
        "labels": {move.verb: move.told for move in Emergency.workflow.moves},
    }


def _turns(rows: list[Emergency]) -> list[int]:
    """For each whether it is its community's first part, second …"""
    seen: Counter[int] = Counter()
    turns = []
    for row in rows:
        seen[row.community_id] += 1
        turns.append(seen[row.community_id])
    return turns


def _people(known: list[int]) -> dict[int, Counter[str]]:
    """The head-count of each."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    counted = Call.objects.filter(emergency__in=known).values("emergency").annotate(
        called=Count("pk"),
        coming=Count("pk", filter=Q(answer="coming")),
        cannot=Count("pk", filter=Q(answer="cannot")),
        unanswered=Count("pk", filter=Q(answer="", arrived_at=None)),
        arrived=Count("pk", filter=Q(arrived_at__isnull=False)),
        on_site=Count("pk", filter=ON_SITE),
    )  # fmt: skip
    for row in counted:
        counts: dict[str, Any] = {**row}
        found[counts.pop("emergency")].update(counts)
    return found


def _doors(known: list[int]) -> dict[int, Counter[str]]:
    """How many doors of each stand in which state."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    rows = DoorCheck.objects.filter(emergency__in=known).order_by().values_list("emergency", "state")
    for emergency, state, count in rows.annotate(n=Count("pk")):
        found[emergency].update({state: count, "total": count})
    return found


def _logs(known: list[int]) -> dict[int, list[Entry]]:
    """The newest lines of each log, newest first."""
    nth = Window(RowNumber(), partition_by=F("case"), order_by=F("pk").desc())
    rows = Entry.objects.filter(case__in=known).annotate(nth=nth).filter(nth__lte=LOG)
    found: dict[int, list[Entry]] = defaultdict(list)
    for row in rows.select_related("actor").order_by("-pk"):
        found[row.case_id or 0].append(row)
    return found
