"""Clocks are data: while a matter stands in certain states a clock runs, and its ladder says who hears of it when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.perms import Perm
from community.timers.limits import Limit, Unit

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

HANDLER = "handler"
RAISER = "raised_by"
ASSIGNEE = "assignee"
WAITED_FOR = "awaits"


@dataclass(frozen=True)
class Rung:
    """One step of a ladder: at ``at`` times the limit (1 = due) tell ``to``, or make the move ``verb``.

    ``to`` names fields of the matter (HANDLER, RAISER, ASSIGNEE), WAITED_FOR (whoever it waits for) or permissions,
    whose nearest holders are told. ``tier`` carries the case that far up, into the inbox of that level. ``when`` is asked
    as it fires: where it says no, the rung passes silently. ``notice`` is the kind of notice told, if not the usual one.
    """

    name: str
    at: Fraction = Fraction(1)
    to: tuple[str, ...] = ()
    tier: int = 0
    verb: str = ""
    when: Callable[[Any], bool] = lambda matter: True
    notice: str = ""


# The default ladder (design: remind before due → handler and leader at due → community → street).
REMIND = Rung("remind", Fraction(3, 4), (WAITED_FOR,))
DUE = Rung("due", Fraction(1), (WAITED_FOR, Perm.LEAD_GRID), tier=Case.Tier.LEADER)
TO_COMMUNITY = Rung("community", Fraction(3, 2), (Perm.LEAD_COMMUNITY,), tier=Case.Tier.COMMUNITY)
TO_STREET = Rung("street", Fraction(2), (Perm.LEAD_STREET,), tier=Case.Tier.STREET)
LADDER = (REMIND, DUE, TO_COMMUNITY, TO_STREET)


@dataclass(frozen=True)
class Clock:
    """A clock of one kind of matter.

    It runs while the status is in ``runs_in``; a verb in ``restarts`` starts it anew, one in ``recounts`` reckons it
    again from where it began (the limit has changed). ``limit`` gives the time allowed for a matter, or None where it
    has none; ``until`` instead gives the due moment itself or None (duties, tickets; the rungs then divide the time
    between ``opens_at`` and it), as does ``promised`` where a later day was granted. ``leaves_out`` names rungs that a
    matter does without. ``urgent`` matters are told at night too.
    """

    name: str
    label: "str | _StrPromise"
    runs_in: frozenset[str]
    limit: Callable[[Any], Limit | None] = lambda matter: None
    ladder: tuple[Rung, ...] = LADDER
    until: Callable[[Any], datetime | None] | None = None
    restarts: frozenset[str] = frozenset()
    recounts: frozenset[str] = frozenset()
    promised: Callable[[Any], datetime | None] = lambda matter: None
    urgent: Callable[[Any], bool] = lambda matter: False
    leaves_out: Callable[[Any, Rung], bool] = lambda matter, rung: False

    def rung(self, name: str) -> Rung:
        for rung in self.ladder:
            if rung.name == name:
                return rung
        raise LookupError(f"clock {self.name} has no rung {name}")

    def unit(self, matter: Any) -> Unit:
        """In which time it counts for this matter."""
        limit = self.limit(matter)
        return limit.unit if limit is not None else Unit.CLOCK


# The clock that ends a pause when its time has come; every case that may pause has it.
PAUSE = Clock("pause", _("暂停计时"), frozenset(), ladder=(Rung("due", verb="resume"),))

_clocks: dict[str, tuple[Clock, ...]] = {}


def register(kind: str, *clocks: Clock) -> None:
    """Declare the clocks of one kind of case or duty; called in the app's ``apps.py``."""
    _clocks[kind] = clocks


def clocks_of(kind: str) -> tuple[Clock, ...]:
    return _clocks.get(kind, ())


def clock_named(kind: str, name: str) -> Clock:
    for clock in (*clocks_of(kind), PAUSE):
        if clock.name == name:
            return clock
    raise LookupError(f"{kind} has no clock {name}")


RUNG_NAMES = {
    "gap": _("将无人值班"),
    "gap_now": _("无人值班"),
    "begin": _("可以开始"),
    "remind": _("即将到期提醒"),
    "due": _("已到期"),
    "community": _("督办至社区"),
    "street": _("督办至街道"),
    "again": _("再次提醒"),
    "again_2": _("第二次提醒"),
    "again_3": _("第三次提醒"),
}
