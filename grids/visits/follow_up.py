"""一事一访: when a case is closed, somebody knocks and asks whether it is really solved. One way in for every kind.

A follower of every step; a kind that needs no visit says so in its registration (``followed_up``).
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_noop

from community.access.holders import nearest_holders
from community.cases.registry import kind_of
from community.core.models import Case
from community.core.verbs import Step
from community.timers.calendar import calendar_for
from community.timers.limits import Limit
from grids.visits.visit import Visit

if TYPE_CHECKING:
    from community.directory.models import Dwelling, User

ASK_WITHIN = Limit.working_days(3)  # our own proposal


def follow(step: Step) -> None:
    """After a step that closed a case, or that asks for somebody's word before it closes: plan its visit.

    Where nobody has to ask any more (asked by phone, opened again), the visit on its way is called off.
    """
    case = step.matter
    if not isinstance(case, Case) or step.source == case.status:
        return
    kind = kind_of(case.kind)
    if case.status == kind.asked_in or (not case.is_open and kind.followed_up(case)):
        send(case, now=step.now)
    elif step.source == kind.asked_in or step.source in case.workflow.closed:
        for visit in Visit.objects.of_kind().open().filter(about=case.pk).exclude(pk=being_made(case) or 0):
            visit.call_off(by=None, now=step.now)


def send(case: Case, *, now: datetime) -> Visit | None:
    """The visit that follows up ``case``, unless one is on its way or nobody knows at which door to ask."""
    dwelling = door_of(case)
    if dwelling is None or Visit.objects.of_kind().open().filter(about=case.pk).exists():
        return None
    return Visit.send(
        dwelling=dwelling, about=case, by=None, now=now, until=calendar_for(case.community_id).due(now, ASK_WITHIN),
        name=gettext_noop("回访 %(home)s") % {"home": dwelling}, assignee=_asker(case),
    )  # fmt: skip


def _asker(case: Case) -> "User | None":
    """Where a word is needed to close it, somebody who may take it down and did not handle it; else whoever walks."""
    if not case.awaits_perm:
        return None
    may = nearest_holders(case.awaits_perm, community_id=case.community_id, grid_id=case.grid_id)
    return next((user for user in may if user.pk != case.handler_id), None)


def answer(visit: Visit, step: Step, solved: bool) -> None:
    """What was answered at the door turns the key of the case, where the visitor may; inside the visit's transaction."""
    case = visit.about.concrete  # type: ignore[union-attr]
    kind = kind_of(case.kind)
    if case.status != kind.asked_in:
        return
    verb = kind.answers[0 if solved else 1]
    if verb in [move.verb for move in case.moves_for(step.by)]:
        case.__dict__["_asked_by"] = visit.pk
        getattr(case, verb)(by=step.by, now=step.now, note=step.note)


def being_made(case: Case) -> int | None:
    """The visit whose answer is moving the case at this moment."""
    return case.__dict__.get("_asked_by")


def door_of(case: Any) -> "Dwelling | None":
    """Where to ask: the case's own household, else that of whoever raised it."""
    if own := getattr(case, "dwelling", None):
        return own
    raiser = case.raised_by
    person = raiser.person if raiser else None
    home = person.dwelling if person else None
    return home if home and person and person.community_id == case.community_id else None
