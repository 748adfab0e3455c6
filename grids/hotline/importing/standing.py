"""Where an exported ticket stands: its state and the columns of the spine that go with it."""

from datetime import datetime, timedelta
from typing import Any

from community.core.models import Case
from community.core.perms import Perm
from grids.hotline.models import HotlineTicket
from grids.hotline.workflow import FAR, UNANSWERED, Status

# A ticket that was done so long ago and never followed up will not be followed up any more.
FORGOTTEN = timedelta(days=90)
WAITING = {Status.DISPATCHED: Perm.HANDLE_INCIDENTS.value, Status.FOLLOW_UP: Perm.DISPATCH_INCIDENTS.value}


def state_of(facts: dict[str, Any], now: datetime) -> Status:
    """As far as the export tells."""
    if facts.get("resolved_at") is None:
        return Status.DISPATCHED
    if facts.get("outcome") or facts.get("satisfaction") or facts["resolved_at"] < now - FORGOTTEN:
        return Status.ARCHIVED
    return Status.FOLLOW_UP


def goes_on(ticket: HotlineTicket, state: Status) -> bool:
    """Whether the export is ahead of the hub; what people did here is never taken back by an older file."""
    if ticket.status == Status.WITHDRAWN:
        return True
    here = 2 if ticket.status in UNANSWERED - {Status.DISPATCHED} else FAR.get(Status(ticket.status), 2)
    return FAR[state] > here


def columns_of(state: Status, resolved_at: datetime | None, now: datetime) -> dict[str, Any]:
    """The spine's columns for a ticket in this state; its clocks are set when it is written."""
    closed = state == Status.ARCHIVED
    return {
        "status": state.value,
        "resolved_at": resolved_at,
        "closed_at": resolved_at if closed else None,
        "due_at": None,
        "tier": Case.Tier.WORKER.value,
        "awaits_user": None,
        "awaits_perm": WAITING.get(state, ""),
        "changed_at": now,
    }
