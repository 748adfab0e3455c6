"""The clocks of an ordinary duty: its window, and the last moment at which it may still be done."""

from datetime import datetime
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.perms import Perm
from community.duties.models import Occurrence
from community.timers.clocks import WAITED_FOR, Clock, Rung

S = Occurrence.Status
RUNNING = frozenset({S.PLANNED, S.STARTED})


def may_be_late(duty: Occurrence) -> bool:
    return duty.lapses_at is not None and duty.lapses_at > duty.closes_at


def without(duty: Occurrence, rung: Rung) -> bool:
    """Nobody is told of the close where it is the end anyway, and no level above the plan's alarm."""
    highest = duty.plan.alarm if duty.plan else Case.Tier.COMMUNITY
    if rung.at <= 0:
        return not duty.secret
    return rung.at >= 1 and (not may_be_late(duty) or rung.tier > highest)


def closing(duty: Occurrence) -> datetime:
    return duty.closes_at


def last_moment(duty: Occurrence) -> datetime:
    return duty.lapses_at or duty.closes_at


BEGIN = Rung("begin", Fraction(0), (WAITED_FOR,), notice="duty.begin")
REMIND = Rung("remind", Fraction(3, 4), (WAITED_FOR,))
LADDER = (
    BEGIN,
    REMIND,
    Rung("due", Fraction(1), (WAITED_FOR, Perm.LEAD_GRID), tier=Case.Tier.LEADER),
    Rung("community", Fraction(2), (Perm.LEAD_COMMUNITY,), tier=Case.Tier.COMMUNITY),
)
MISS = (Rung("due", Fraction(1), verb="miss"),)

DUTY_CLOCKS = (
    Clock("finish", _("任务"), RUNNING, until=closing, ladder=LADDER, leaves_out=without),
    Clock("lapse", _("任务最晚时刻"), RUNNING, until=last_moment, ladder=MISS),
)
