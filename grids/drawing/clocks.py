"""The one clock of a redraw: at midnight of its day it takes effect by itself."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from community.timers.clocks import Clock, Rung
from grids.drawing.models import Redraw

REDRAW_CLOCKS = (
    Clock("effect", _("划分生效"), frozenset({Redraw.Status.PLANNED}), until=lambda redraw: redraw.closes_at,
          ladder=(Rung("due", Fraction(1), verb="take_effect"),)),
)  # fmt: skip
