"""States and moves of an emergency (应急响应): declared, mustered, logged, stood down."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from community.core.rules import both, either, holds, the_clock
from community.core.workflow import Move, Waits, Workflow, sources

if TYPE_CHECKING:
    from community.directory.models import User


class Status(models.TextChoices):
    ACTIVE = "active", _("响应中")
    STOOD_DOWN = "stood_down", _("已解除")


S = Status
commands = holds(Perm.COMMAND_EMERGENCY)
commands_street = both(commands, holds(Perm.LEAD_STREET))


def is_coming(user: "User | None", emergency: Any) -> bool:
    """Who has said that they come takes part: they may write into the log and knock at doors."""
    return user is not None and emergency.calls.filter(user=user, answer="coming").exists()


def works_there(user: "User | None", emergency: Any) -> bool:
    """Staff of the community or of a grid concerned."""
    found = reach(user, Perm.SEE_CASES)
    if found.covers(emergency.community_id, emergency.grid_id):
        return True
    return bool(found.grids) and emergency.area.filter(grid__in=found.grids).exists()


takes_part = either(commands, is_coming, works_there)

WORKFLOW = Workflow(
    moves=(
        Move("declare", _("启动应急"), commands, target=S.ACTIVE, done=_("启动了应急响应"), tone="danger", icon="alarm"),
        Move("muster", _("召集人员"), commands, sources(S.ACTIVE), done=_("召集了人员"), icon="users-group"),
        Move(
            "call_again", _("再次呼叫未应答者"), either(commands, the_clock), sources(S.ACTIVE),
            done=_("再次呼叫了未应答者"), icon="phone-call",
        ),
        Move("log", _("记入态势"), takes_part, sources(S.ACTIVE), done=_("记录态势"), icon="pencil"),
        Move(
            "street_order", _("下达街道指令"), commands_street, sources(S.ACTIVE),
            done=_("街道下达指令"), icon="speakerphone",
        ),
        Move(
            "stand_down", _("解除应急"), commands, sources(S.ACTIVE), S.STOOD_DOWN,
            done=_("解除了应急响应"), tone="primary", icon="shield-check",
        ),
    ),
    closed=sources(S.STOOD_DOWN),
    waits={S.ACTIVE: Waits(user="handler")},
)  # fmt: skip
