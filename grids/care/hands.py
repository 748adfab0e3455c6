"""Whose hands a promise lies in: five people and a neighbour, changed by one move, and who it was on any day before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from community.core.models import Entry
from community.duties.models import Occurrence, Plan
from community.duties.standing_in import settle
from grids.care.lines import Line

if TYPE_CHECKING:
    from community.directory.models import PartnerUnit, User
    from grids.care.models import CareLine, CarePlan

NEIGHBOUR = "neighbour"


def words_of(unit: "PartnerUnit | None", person: "User | None") -> str:
    return " · ".join(str(part) for part in (unit, person) if part)


def hand_over(
    care: "CarePlan",
    people: "Mapping[str, User | None]",
    units: "Mapping[str, PartnerUnit]",
    neighbour: "User | None",
    now: datetime,
) -> list[dict[str, Any]]:
    """Give lines to other people; what is still to be done from now on is theirs, today's call too. Returns what changed.

    What somebody stands in for on leave, or a leader gave away by hand, stays so.
    """
    changes = []
    for line in care.lines.select_related("plan__assignee", "partner_unit"):
        to, unit = people.get(line.line), units.get(line.line)
        if (line.plan.assignee, line.partner_unit) != (to, unit):
            changes.append(_change(line.line, words_of(line.partner_unit, line.plan.assignee), words_of(unit, to)))
            _give(line, to, unit)
    if care.neighbour != neighbour:
        changes.append(_change(NEIGHBOUR, words_of(None, care.neighbour), words_of(None, neighbour)))
    planned = Occurrence.objects.planned().filter(plan__care_line__care=care, chosen=False)
    settle(planned, now)
    return changes


def _change(line: str, before: str, after: str) -> dict[str, str]:
    return {"line": line, "from": before, "to": after}


def _give(line: "CareLine", to: "User | None", unit: "PartnerUnit | None") -> None:
    Plan.objects.filter(pk=line.plan_id).update(assignee=to)
    if line.partner_unit != unit:
        line.partner_unit = unit
        line.save(update_fields=["partner_unit"])


@dataclass(frozen=True)
class Span:
    """Somebody had a line from ``since`` until ``until`` (None: to this day)."""

    label: str
    who: str
    since: datetime
    until: datetime | None


def spans_of(care: "CarePlan") -> list[Span]:
    """Who had which line when, of the lines that changed hands; read from the timeline. One query."""
    rows = list(Entry.objects.filter(case=care.pk, verb="reassign").order_by("pk"))
    labels = {**dict(Line.choices), NEIGHBOUR: _("热心邻居")}
    found: list[Span] = []
    for line, label in labels.items():
        turns = [(row.at, change) for row in rows for change in row.data["changes"] if change["line"] == line]
        since = care.raised_at
        for nth, (at, change) in enumerate(turns):
            found.append(Span(str(label), change["from"], since, at))
            if nth == len(turns) - 1:
                found.append(Span(str(label), change["to"], at, None))
            since = at
    return found
