"""A shift nobody has taken is told to the leaders ahead of time; its end closes it."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.duties.models import Occurrence
from community.timers.clocks import WAITED_FOR, Clock, Rung
from grids.rosters.models import Watch

S = Occurrence.Status


def is_unfilled(shift: Watch) -> bool:
    return shift.assignee_id is None


def is_filled(shift: Watch) -> bool:
    return shift.assignee_id is not None


WATCH_CLOCKS = (
    # Counted in lengths of the shift: a gap is told one length ahead, and again at the beginning.
    Clock("watch", _("接班"), frozenset({S.PLANNED}), until=lambda shift: shift.closes_at,
          ladder=(Rung("gap", Fraction(-1), (Perm.LEAD_GRID,), when=is_unfilled, notice="watch.gap"),
                  Rung("gap_now", Fraction(0), (Perm.LEAD_COMMUNITY,), when=is_unfilled, notice="watch.gap"),
                  Rung("remind", Fraction(1, 8), (WAITED_FOR,), when=is_filled, notice="watch.not_there"),
                  Rung("due", Fraction(1), verb="miss"))),
    Clock("end", _("交班"), frozenset({S.STARTED}), until=lambda shift: shift.lapses_at or shift.closes_at,
          ladder=(Rung("due", Fraction(1), verb="lapse"),)),
)  # fmt: skip
