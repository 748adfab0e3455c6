"""Clocks, notices and menus of mediation; registered by ``apps.py``.

Nothing of a file goes up the general ladder: who hears of a missed clock is the mediator and who leads mediation.
"""

from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from community.cases import registry
from community.core import navigation
from community.core.perms import Perm
from community.core.reach import reach
from community.duties.models import Occurrence
from community.notices import kinds
from community.timers import clocks
from community.timers.clocks import ASSIGNEE, WAITED_FOR, Clock, Rung
from community.timers.limits import Limit
from grids.mediation.kind import KIND
from grids.mediation.models import AgreementCheck, Mediation

if TYPE_CHECKING:
    from community.directory.models import User

S = Mediation.Status
BEGIN, MEDIATE, VISIT, CLOSE = Limit.working_days(3), Limit.days(30), Limit.days(15), Limit.working_days(5)  # [P]

LADDER = (
    Rung("remind", Fraction(3, 4), (WAITED_FOR,)),
    Rung("due", Fraction(1), (WAITED_FOR, Perm.LEAD_MEDIATION)),
)
# The first rung is the reminder itself, on the morning of the day.
CHECK_LADDER = (
    Rung("remind", Fraction(0), (ASSIGNEE,)),
    Rung("due", Fraction(1), (ASSIGNEE, Perm.LEAD_MEDIATION)),
    Rung("again", Fraction(2), (ASSIGNEE, Perm.LEAD_MEDIATION)),
)


def mediates(user: "User") -> bool:
    return bool(reach(user, Perm.MEDIATE) or reach(user, Perm.LEAD_MEDIATION))


def register_all() -> None:
    registry.register(KIND)
    clocks.register(
        Mediation.matter_kind,
        Clock("begin", _("调解启动"), frozenset({S.ACCEPTED}), lambda file: BEGIN, LADDER),
        Clock("mediate", _("调解期限"), frozenset({S.MEDIATING}), lambda file: MEDIATE, LADDER),
        Clock("visit", _("调解回访"), frozenset({S.AGREED, S.FAILED}), lambda file: VISIT, LADDER),
        Clock("close", _("调解结案"), frozenset({S.VISITED}), lambda file: CLOSE, LADDER),
    )
    clocks.register(
        AgreementCheck.matter_kind,
        Clock("check", _("履约回访"), frozenset({Occurrence.Status.PLANNED}), ladder=CHECK_LADDER,
              until=lambda check: check.closes_at),
    )  # fmt: skip
    _register_notices()
    navigation.register(
        "office", _("调解"), icon="scale", url_name="mediation:files", order=30, section=_("事项"), allowed=mediates
    )
    navigation.register("worker", _("调解"), icon="scale", url_name="mediation:files", order=12, allowed=mediates)


def _register_notices() -> None:
    number = _("编号 %(number)s。")
    kinds.register(
        "mediation.accept",
        kinds.NoticeKind("mediation.accepted", _("有一件纠纷待调解"), (Perm.MEDIATE,), number),
    )
    kinds.register(
        "mediation.assign",
        kinds.NoticeKind("mediation.assigned", _("一件纠纷指定由您调解"), ("handler",), number),
    )
    kinds.register(
        "mediation.reopen",
        kinds.NoticeKind(
            "mediation.reopened",
            _("一件调解重新打开"),
            ("handler", Perm.LEAD_MEDIATION),
            _("编号 %(number)s，原协议未能履行。"),
        ),
    )
