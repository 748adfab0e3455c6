"""The worker's day: what is late, what is due, what is planned."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from community.cases.registry import kind_of
from community.cases.titles import titles_of
from community.core.models import Case
from community.core.perms import Perm
from community.core.reach import reach
from grids.models import Incident, Patrol

if TYPE_CHECKING:
    from community.directory.models import User

SIZE = 60


@dataclass(frozen=True)
class Row:
    """One case of the day as shown; ``respond`` when one tap takes it on."""

    case: Case
    title: str
    icon: str
    state: str
    tone: str
    where: str
    respond: bool


@dataclass(frozen=True)
class Part:
    """Cases under one heading of the day."""

    label: Any
    rows: list[Row]


def patrols_of(user: "User", now: datetime) -> list[Patrol]:
    """Patrols up to today that the person is to walk; unfinished ones of theirs first."""
    rows = Patrol.objects.waiting_for(user).filter(day__lte=timezone.localdate(now))
    return list(rows.select_related("grid", "community").order_by("day", "opens_at", "pk")[:SIZE])


def parts_of(user: "User", now: datetime) -> list[Part]:
    """Cases of every kind that wait for the person, late ones first; one query."""
    rows = Case.objects.filter(_waits_for(user)).open().select_related("grid")
    cases = list(rows.order_by("due_at", "pk")[:SIZE])
    today = timezone.localdate(now)
    titles = titles_of(cases)
    late = [row for row in cases if row.due_at and row.due_at <= now]
    due = [row for row in cases if row.due_at and row.due_at > now and timezone.localdate(row.due_at) == today]
    later = [row for row in cases if row not in late and row not in due]
    return [
        Part(label, [_row(case, titles[case.pk], user, tone) for case in found])
        for label, tone, found in (
            (_("已超时"), "overdue", late),
            (_("今天到期"), "soon", due),
            (_("以后"), "info", later),
        )
        if found
    ]


def _row(case: Case, title: str, user: "User", tone: str) -> Row:
    kind = kind_of(case.kind)
    waits = case.awaits_user_id == user.pk or reach(user, case.awaits_perm).covers(case.community_id, case.grid_id)
    return Row(
        case,
        title,
        "alarm" if case.urgency == Case.Urgency.URGENT else kind.icon,
        str(kind.model.Status(case.status).label),
        tone,
        str(case.grid or ""),
        respond=case.kind == Incident.matter_kind and case.status == Incident.Status.REPORTED and waits,
    )


def _waits_for(user: "User") -> Q:
    """Named to them; waiting for a duty they hold there; or carried up to the leader they are."""
    found = Q(awaits_user=user)
    for perm in Perm:
        if held := reach(user, perm):
            found |= Q(awaits_perm=perm) & held.within()
    if led := reach(user, Perm.LEAD_GRID):
        found |= Q(tier__gt=0) & led.within()
    return found
