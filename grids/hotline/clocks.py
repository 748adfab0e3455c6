"""The clocks of a ticket: both promises to the caller run from the call itself, whenever the ticket reached the hub."""

from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.timers.clocks import LADDER, WAITED_FOR, Clock, Rung
from community.timers.limits import Limit
from grids.hotline.workflow import UNANSWERED, Status

REVIEW = Limit.working_days(1)  # these two are our own proposal
FOLLOW_UP = Limit.working_days(3)

CLOCKS = (
    Clock(
        "contact", _("首次联系"), UNANSWERED,
        until=lambda ticket: None if ticket.responded_at else ticket.contact_due_at,
        ladder=(Rung("due", to=(WAITED_FOR, Perm.LEAD_COMMUNITY)),), restarts=frozenset({"call"}),
    ),
    Clock(
        "handle", _("工单答复"), UNANSWERED, until=lambda ticket: ticket.answer_due_at,
        ladder=LADDER, restarts=frozenset({"extend"}),
    ),
    Clock("review", _("工单审核"), frozenset({Status.REVIEW}), lambda ticket: REVIEW),
    Clock("follow_up", _("工单回访"), frozenset({Status.FOLLOW_UP}), lambda ticket: FOLLOW_UP),
)  # fmt: skip
