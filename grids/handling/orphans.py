"""Whoever leaves a post leaves no incident behind: what they held falls to whoever leads there."""

from datetime import datetime
from typing import TYPE_CHECKING

from grids.handling.handing import works_for
from grids.models import Incident
from grids.models.incident_workflow import AT_WORK

if TYPE_CHECKING:
    from community.directory.models import User


def hand_over(user: "User", now: datetime) -> None:
    """A listener of ``access.leaving``: what the person may no longer handle goes to the leader, who signs anew; what
    they only answer for while it waits for another's signature stays with that other, and the leader answers for it."""
    at_work = Incident.objects.of_kind().open().filter(status__in=AT_WORK).select_related("grid")
    for incident in at_work.filter(handler=user):
        if not works_for(user, incident):
            incident.fall_to_leader(by=None, now=now)
    for incident in at_work.filter(accountable=user).exclude(handler=user):
        if not works_for(user, incident):
            incident.answer_instead(by=None, now=now)
