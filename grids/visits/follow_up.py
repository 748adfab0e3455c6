"""一事一访: when a case is closed, somebody knocks and asks whether it is really solved. One way in for every kind.

A follower of every step; a kind that needs no visit says so in its registration (``followed_up``).
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from community.cases.registry import kind_of
from community.core.models import Case
from community.core.verbs import Step
from community.timers.calendar import calendar_for
from community.timers.limits import Limit
from grids.visits.visit import Visit

if TYPE_CHECKING:
    from community.directory.models import Dwelling

ASK_WITHIN = Limit.working_days(3)  # our own proposal


def follow(step: Step) -> None:
    """After a step that closed a case: plan its visit."""
    case = step.matter
    if not isinstance(case, Case) or case.is_open or step.source in case.workflow.closed:
        return
    if kind_of(case.kind).followed_up(case):
        send(case, now=step.now)


def send(case: Case, *, now: datetime) -> Visit | None:
    """The visit that follows up ``case``, unless one is on its way or nobody knows at which door to ask."""
    dwelling = door_of(case)
    if dwelling is None or Visit.objects.of_kind().open().filter(about=case.pk).exists():
        return None
    return Visit.send(
        dwelling=dwelling, about=case, by=None, now=now, until=calendar_for(case.community_id).due(now, ASK_WITHIN),
        name=gettext("回访 %(home)s") % {"home": dwelling},
    )  # fmt: skip


def door_of(case: Any) -> "Dwelling | None":
    """Where to ask: the case's own household, else that of whoever raised it."""
    if own := getattr(case, "dwelling", None):
        return own
    raiser = case.raised_by
    person = raiser.person if raiser else None
    home = person.dwelling if person else None
    return home if home and person and person.community_id == case.community_id else None
