"""How a ticket shows itself on the shared case page and in the API."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.access.masking import mask_name, mask_phone
from community.cases.registry import Kind, Stage, never
from community.cases.shown import is_staff_of
from community.core.perms import Perm
from community.core.rules import holds
from grids.hotline.forms import MOVE_FORMS, ReceiveForm
from grids.hotline.matching import suggestions
from grids.hotline.models import HotlineTicket
from grids.hotline.workflow import TONES, Status

if TYPE_CHECKING:
    from community.directory.models import User

S = Status


def context(ticket: HotlineTicket, user: "User") -> dict[str, Any]:
    """The caller is masked until somebody gives a reason."""
    staff = is_staff_of(user, ticket)
    may_link = staff and any(move.verb == "link" for move in ticket.moves_for(user))
    return {
        "staff": staff,
        "caller": mask_name(ticket.caller_name) if ticket.caller_name else "",
        "caller_phone": mask_phone(ticket.caller_phone) if ticket.caller_phone else "",
        "suggested": suggestions(ticket, user) if may_link and ticket.linked_incident_id is None else [],
        "may_raise": may_link and ticket.linked_incident_id is None and holds(Perm.HANDLE_INCIDENTS)(user, ticket),
    }


def facts_of(ticket: HotlineTicket, user: "User") -> dict[str, Any]:
    """The API's extra fields."""
    return {
        "ticket_number": ticket.ticket_number,
        "type": ticket.type,
        "category": ticket.category,
        "content": ticket.content,
        "place": ticket.where,
        "answer_due_at": ticket.answer_due_at,
        "outcome": ticket.outcome,
        "satisfaction": ticket.satisfaction,
        "incident": ticket.linked_incident.number if ticket.linked_incident else None,
    }


KIND = Kind(
    model=HotlineTicket,
    label=_("12345工单"),
    icon="phone-call",
    facts="grids/hotline/_facts.html",
    journey=(
        Stage(_("受理"), frozenset({S.RECEIVED, S.ACCEPTED})),
        Stage(_("签收"), frozenset({S.DISPATCHED, S.DISPUTED})),
        Stage(_("办理"), frozenset({S.HANDLING, S.EXTENDED, S.REDO, S.SUSPENDED})),
        Stage(_("审核"), frozenset({S.REVIEW})),
        Stage(_("回访"), frozenset({S.FOLLOW_UP, S.RATED})),
        Stage(_("归档"), frozenset({S.ARCHIVED})),
    ),
    list_url="grids:hotline",
    forms=MOVE_FORMS,
    opening=ReceiveForm,
    context=context,
    followed_up=never,  # the follow-up call is a step of its own
    facts_of=facts_of,
    state_tones={str(state): tone for state, tone in TONES.items()},
)
