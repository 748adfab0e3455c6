"""Who may hand an incident on, work on it with others, decide about it, and check it."""

from typing import TYPE_CHECKING

from community.core.perms import Perm
from community.core.reach import reach
from community.core.rules import both, either, holds, is_handler

if TYPE_CHECKING:
    from community.directory.models import User
    from grids.models import Incident


def not_handler(user: "User | None", incident: "Incident") -> bool:
    """Nobody checks or approves their own work."""
    return not is_handler(user, incident)


def is_helper(user: "User | None", incident: "Incident") -> bool:
    return user is not None and user.pk in incident.helper_ids


def worked_on_it(user: "User | None", incident: "Incident") -> bool:
    return is_handler(user, incident) or is_helper(user, incident)


def did_not_work_on_it(user: "User | None", incident: "Incident") -> bool:
    return not worked_on_it(user, incident)


def answers_for_unit(user: "User | None", incident: "Incident") -> bool:
    """A liaison of the partner unit to which it was given."""
    return incident.unit_id is not None and incident.unit_id in reach(user, Perm.HANDLE_FOR_UNIT).partner_units


def is_disputable(user: "User | None", incident: "Incident") -> bool:
    """It was handed to them, they have not signed for it, and nobody has decided about it yet."""
    return incident.disputable


def did_not_dispute(user: "User | None", incident: "Incident") -> bool:
    return user is not None and incident.disputer_id != user.pk


def wants_longer(user: "User | None", incident: "Incident") -> bool:
    return incident.asked_until is not None


def has_not_asked(user: "User | None", incident: "Incident") -> bool:
    return incident.asked_until is None


def splits_parent(user: "User | None", incident: "Incident") -> bool:
    """Whoever handles the whole may part it."""
    return incident.parent is not None and is_handler(user, incident.parent)


dispatches = holds(Perm.DISPATCH_INCIDENTS)
leads_it = either(is_handler, dispatches)
decides = both(dispatches, did_not_dispute)
approves = both(dispatches, not_handler)
verifies = both(holds(Perm.VERIFY_INCIDENTS), did_not_work_on_it)
