"""How a seat is filled: found vacant or about to end, offered, claimed by a neighbour, approved by the leader."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from community.core.rules import is_handler, the_clock
from community.core.workflow import Move, Workflow, sources

if TYPE_CHECKING:
    from community.directory.models import User


class Status(models.TextChoices):
    VACANT = "vacant", _("空缺")
    EXPIRING = "expiring", _("任期将满")
    OFFERED = "offered", _("待认岗")
    CLAIMED = "claimed", _("待审批")
    FILLED = "filled", _("已到岗")
    WITHDRAWN = "withdrawn", _("已撤销")


TONES = {
    Status.VACANT: "overdue",
    Status.EXPIRING: "soon",
    Status.OFFERED: "info",
    Status.CLAIMED: "waiting",
    Status.FILLED: "done",
    Status.WITHDRAWN: "paused",
}


def perm_of(seat: Any) -> Perm:
    """Who fills the seat: posts that bring powers are the secretary's, those of a grid its leader's, else the staff's."""
    if seat.role.staff:
        return Perm.MANAGE_POSTS
    return Perm.LEAD_GRID if seat.grid_id else Perm.LEAD_COMMUNITY


def fills(user: "User | None", seat: Any) -> bool:
    """The nearest who may, or anybody above them; nobody appoints themself."""
    if user is None or seat.handler_id == user.pk:
        return False
    perms = {perm_of(seat), Perm.MANAGE_POSTS} | ({Perm.LEAD_COMMUNITY} if not seat.role.staff else set())
    return any(reach(user, perm).covers(seat.community_id, seat.grid_id) for perm in perms)


def lives_here(user: "User | None", seat: Any) -> bool:
    return user is not None and user.community_id == seat.community_id


UNFILLED = sources(Status.VACANT, Status.EXPIRING, Status.OFFERED)
WAITING = sources(Status.VACANT, Status.EXPIRING)

WORKFLOW = Workflow(
    moves=(
        Move("find_vacant", _("发现空缺"), the_clock, target=Status.VACANT, done=_("发现岗位空缺"), icon="alert-triangle"),
        Move("find_expiring", _("任期将满"), the_clock, target=Status.EXPIRING, done=_("提醒任期将满"), icon="hourglass"),
        Move("put_up", _("发布认岗"), fills, target=Status.OFFERED, done=_("发布了岗位，等人来认"), icon="speakerphone"),
        Move("offer", _("发布认岗"), fills, WAITING, Status.OFFERED, done=_("发布了岗位，等人来认"), tone="primary",
             icon="speakerphone"),
        Move("renew", _("续任"), fills, sources(Status.EXPIRING), Status.FILLED, done=_("续任"), tone="primary",
             icon="refresh"),
        Move("claim", _("我来认岗"), lives_here, sources(Status.OFFERED), Status.CLAIMED, done=_("认了这个岗"),
             tone="primary", icon="hand-stop"),
        Move("give_up", _("不认了"), is_handler, sources(Status.CLAIMED), Status.OFFERED, done=_("退出认岗"), tone="quiet",
             icon="arrow-back-up"),
        Move("approve", _("同意上岗"), fills, sources(Status.CLAIMED), Status.FILLED, done=_("同意上岗，领了责"),
             tone="primary", icon="check"),
        Move("refuse", _("不合适"), fills, sources(Status.CLAIMED), Status.OFFERED, done=_("未通过，继续等人来认"),
             tone="danger", icon="x"),
        Move("filled_elsewhere", _("已另行任命"), the_clock, UNFILLED, Status.FILLED, done=_("已另行任命到岗"),
             icon="user-check"),
        Move("withdraw", _("撤销"), fills, UNFILLED, Status.WITHDRAWN, done=_("撤销了"), tone="quiet", icon="archive"),
    ),
    closed=sources(Status.FILLED, Status.WITHDRAWN),
)  # fmt: skip
