"""The clocks of a call: reporting in, and doing one's part."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.perms import Perm
from community.timers.clocks import LADDER, RAISER, WAITED_FOR, Clock, Rung
from community.timers.limits import Limit
from grids.whistle.models import WhistleCall
from grids.whistle.workflow import Status

PART = Limit.working_days(5)  # our own proposal


def urgent(call: WhistleCall) -> bool:
    return call.is_urgent


CLOCKS = (
    Clock(
        "report_in", _("部门报到"), frozenset({Status.CALLED}), until=lambda call: call.report_due_at, urgent=urgent,
        ladder=(
            Rung("remind", Fraction(1, 2), (WAITED_FOR,)),
            Rung("due", Fraction(1), (WAITED_FOR, RAISER), tier=Case.Tier.COMMUNITY),
            Rung("street", Fraction(3, 2), (Perm.LEAD_STREET,), tier=Case.Tier.STREET),
        ),
    ),
    Clock("part", _("部门办理"), frozenset({Status.PRESENT}), lambda call: PART, ladder=LADDER, urgent=urgent),
)  # fmt: skip
