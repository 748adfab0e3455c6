"""The clocks of a seat: it is not left empty, a term does not end unawares, and a claimer is not kept waiting."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.perms import Perm
from community.timers.clocks import LADDER, WAITED_FOR, Clock, Rung
from community.timers.limits import Limit
from grids.posts.models import Seat

# Our own proposal.
FILLING = Limit.working_days(10)
APPROVING = Limit.working_days(3)

SEAT_CLOCKS = (
    Clock("fill", _("补上空缺"), frozenset({Seat.Status.VACANT}), lambda seat: FILLING, LADDER),
    Clock("renew", _("续任或换人"), frozenset({Seat.Status.EXPIRING}), until=lambda seat: seat.closes_at,
          ladder=(Rung("remind", Fraction(1, 2), (WAITED_FOR,)),
                  Rung("due", Fraction(1), (WAITED_FOR, Perm.LEAD_COMMUNITY), tier=Case.Tier.COMMUNITY))),
    Clock("approve", _("审批认岗"), frozenset({Seat.Status.CLAIMED}), lambda seat: APPROVING, LADDER),
)  # fmt: skip
