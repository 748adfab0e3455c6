"""Every night what is new in the ledger is recomputed; whoever answers for it hears of a row that does not fit."""

import logging
from datetime import datetime

from community.access.holders import nearest_holders
from community.core.perms import Perm
from community.notices.kinds import kind_of
from community.notices.outbox import queue
from points.verification import Walk, audit

ALARMED = (Perm.MANAGE_POINTS, Perm.LEAD_COMMUNITY, Perm.LEAD_STREET)
log = logging.getLogger(__name__)


def verify_new(now: datetime) -> int:
    """How many rows do not fit. They are named in the log, and counted for the people of their community."""
    walk, found = Walk(incremental=True), 0
    for fault in audit(walk, now):
        found += 1
        log.error("the ledger does not fit: %s %s: %s", fault.table, fault.pk, fault.what)
    for row in walk.reached:
        if row.faults:
            asked = (nearest_holders(perm, community_id=row.community_id, grid_id=None) for perm in ALARMED)
            people = {user.pk: user for holders in asked for user in holders}
            queue(kind_of("points.unsound"), people.values(), now=now, params={"count": row.faults})
    return found
