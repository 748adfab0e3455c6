"""The clocks of a wish: “急难即接即办” decides the limits by urgency; the figures are our own proposals."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.perms import Perm
from community.timers.clocks import RAISER, WAITED_FOR, Clock, Rung
from community.timers.limits import Limit
from wishes.models import Wish

S, U = Wish.Status, Case.Urgency

VETTING = {U.URGENT: Limit.hours(1), U.NORMAL: Limit.working_days(1), U.LONG_TERM: Limit.working_days(3)}
CLAIMING = {U.URGENT: Limit.hours(4), U.NORMAL: Limit.days(7), U.LONG_TERM: Limit.days(15)}
MOVING_ON = {U.URGENT: Limit.days(1), U.NORMAL: Limit.days(7), U.LONG_TERM: Limit.days(30)}
CONFIRMING = Limit.days(14)

REMIND = Rung("remind", Fraction(3, 4), (WAITED_FOR,))
DUE = Rung("due", Fraction(1), (WAITED_FOR, Perm.LEAD_COMMUNITY), tier=Case.Tier.COMMUNITY)
TO_STREET = Rung("street", Fraction(2), (Perm.LEAD_STREET,), tier=Case.Tier.STREET)
# A wish on the board waits for nobody in particular, so its reminder goes to those who look after the board.
REMIND_BOARD = Rung("remind", Fraction(3, 4), (Perm.VET_WISHES,))
DUE_BOARD = Rung("due", Fraction(1), (Perm.VET_WISHES, Perm.LEAD_COMMUNITY), tier=Case.Tier.COMMUNITY)


def urgent(wish: Wish) -> bool:
    return wish.is_urgent


CLOCKS = (
    Clock("vet", _("心愿审核"), frozenset({S.SUBMITTED}), lambda wish: VETTING[wish.urgency],
          (REMIND, DUE, TO_STREET), urgent=urgent),
    Clock("claim", _("心愿认领"), frozenset({S.PUBLISHED}), lambda wish: CLAIMING[wish.urgency],
          (REMIND_BOARD, DUE_BOARD, TO_STREET), urgent=urgent),
    Clock("move_on", _("圆梦进展"), frozenset({S.CLAIMED}), lambda wish: MOVING_ON[wish.urgency],
          (REMIND, DUE, TO_STREET), restarts=frozenset({"progress"}), urgent=urgent),
    Clock("confirm", _("圆梦确认"), frozenset({S.FULFILLED}), lambda wish: CONFIRMING,
          (Rung("remind", Fraction(1, 2), (RAISER,)), Rung("due", Fraction(1), verb="close_unconfirmed"))),
)  # fmt: skip
