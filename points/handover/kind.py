"""How a handover shows itself on the shared case page, its clock, and what is said of it."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.cases import registry
from community.cases.registry import Kind, Stage, never
from community.core.perms import Perm
from community.notices.kinds import NoticeKind, register
from community.timers import clocks
from community.timers.clocks import Clock
from community.timers.limits import Limit
from points.amounts import signed
from points.awards.kind import LADDER
from points.handover.forms import MOVE_FORMS
from points.handover.models import Handover
from points.handover.workflow import TONES, Status

if TYPE_CHECKING:
    from community.directory.models import User

DECIDE = Limit.working_days(5)  # our own proposal


def context(handover: Handover, user: "User") -> dict[str, Any]:
    standing = handover.balances() if handover.status == Status.WAITING else {}
    return {"standing": [signed(asset, amount).removeprefix("+") for asset, amount in sorted(standing.items())]}


KIND = Kind(
    model=Handover,
    label=_("账户变更"),
    icon="arrows-exchange",
    facts="points/handover/_facts.html",
    journey=(
        Stage(_("提出"), frozenset()),
        Stage(_("复核"), frozenset({Status.WAITING})),
        Stage(_("办理"), frozenset({Status.DONE})),
    ),
    list_url="points:handovers",
    forms=MOVE_FORMS,
    context=context,
    facts_of=lambda handover, user: {"why": handover.why},
    state_tones={str(state): tone for state, tone in TONES.items()},
    followed_up=never,
)


def register_all() -> None:
    registry.register(KIND)
    clocks.register(
        "handover", Clock("decide", _("复核"), frozenset({Status.WAITING}), lambda handover: DECIDE, LADDER)
    )
    register("handover.propose", NoticeKind("handover.waiting", _("有一件账户变更待复核"), (Perm.MANAGE_POINTS,)))
    register("handover.approve", NoticeKind("handover.done", _("积分账户变更已办理：%(title)s"), ("owner", "heir")))
    register("handover.refuse", NoticeKind("handover.refused", _("账户变更未通过：%(title)s"), ("raised_by",)))
