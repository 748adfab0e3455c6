"""Clock, notices and menus of emergencies; registered by ``apps.py``."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.cases import registry
from community.core import navigation
from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import Step
from community.notices import kinds
from community.timers import clocks
from community.timers.clocks import HANDLER, Clock, Rung
from community.timers.limits import Limit
from grids.emergency.kind import KIND
from grids.emergency.models import Emergency

if TYPE_CHECKING:
    from community.directory.models import User

# Whoever has not answered is called again after 5, 10 and 15 minutes; then the commander rings up [P].
MUSTER = Limit.minutes(20)
AGAIN = (
    Rung("again", Fraction(1, 4), verb="call_again"),
    Rung("again_2", Fraction(1, 2), verb="call_again"),
    Rung("again_3", Fraction(3, 4), (HANDLER,), verb="call_again"),
)


def commands(user: "User") -> bool:
    return bool(reach(user, Perm.COMMAND_EMERGENCY))


def order_facts(step: Step) -> dict[str, Any]:
    return kinds.case_facts(step) | {"note": step.note}


def register_all() -> None:
    registry.register(KIND)
    clocks.register(
        Emergency.matter_kind,
        Clock("muster", _("应答"), frozenset({Emergency.Status.ACTIVE}), lambda emergency: MUSTER, AGAIN,
              restarts=frozenset({"muster"}), urgent=lambda emergency: True),
    )  # fmt: skip
    kinds.register(
        "",
        kinds.NoticeKind(
            "emergency.called", _("紧急召集：%(title)s，请马上应答"), (), "%(message)s", (kinds.SMS,), True
        ),
        kinds.NoticeKind(
            "emergency.street_declared",
            _("街道统一启动：%(title)s，请您指挥本社区"),
            (),
            "%(message)s",
            (kinds.SMS,),
            True,
        ),
        kinds.NoticeKind("emergency.street_ended", _("各社区均已解除：%(title)s"), (), "", (), True),
        kinds.NoticeKind("emergency.ended", _("已解除：%(title)s"), (), "%(note)s", (), True),
    )
    kinds.register(
        "emergency.street_order",
        kinds.NoticeKind(
            "emergency.street_order", _("街道指令：%(title)s"), ("handler", Perm.COMMAND_EMERGENCY), "%(note)s",
            (kinds.SMS,), True, params=order_facts,
        ),
    )  # fmt: skip
    navigation.register(
        "office", _("应急"), icon="alarm", url_name="emergency:all", order=18, section=_("事项"), allowed=commands
    )
