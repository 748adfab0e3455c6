"""How a handover shows itself on the shared case page, its clock, and what is said of it."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.notices.kinds import NoticeKind, register
from points.amounts import signed
from points.handover.models import Handover
from points.handover.workflow import Status
from points.proposing import kind as proposing

if TYPE_CHECKING:
    from community.directory.models import User


def context(handover: Handover, user: "User") -> dict[str, Any]:
    standing = handover.balances() if handover.status == Status.WAITING else {}
    return {"standing": [signed(asset, amount).removeprefix("+") for asset, amount in sorted(standing.items())]}


def register_all() -> None:
    proposing.register(
        Handover, label=_("账户变更"), icon="arrows-exchange", ends=_("办理"), list_url="points:handovers", context=context,
        facts_of=lambda handover, user: {"why": handover.why},
    )  # fmt: skip
    register("handover.propose", NoticeKind("handover.waiting", _("有一件账户变更待复核"), (Perm.MANAGE_POINTS,)))
    register("handover.approve", NoticeKind("handover.done", _("积分账户变更已办理：%(title)s"), ("owner", "heir")))
    register("handover.refuse", NoticeKind("handover.refused", _("账户变更未通过：%(title)s"), ("raised_by",)))
