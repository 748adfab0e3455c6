"""The table of a shift: planned → taken over → handed over, or missed; and offered to a colleague meanwhile."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from community.core.rules import either, the_clock
from community.core.workflow import Move, Workflow, sources
from community.duties.models import Member, Occurrence
from community.duties.models.occurrence import leads

if TYPE_CHECKING:
    from community.directory.models import User

Status = Occurrence.Status


def stands(user: "User | None", shift: Any) -> bool:
    """Whose shift it is."""
    return user is not None and shift.assignee_id == user.pk


def may_take(user: "User | None", shift: Any) -> bool:
    """A colleague: of the same rota, or working in the place; not whose shift it is already."""
    if user is None or shift.assignee_id == user.pk:
        return False
    if Member.objects.filter(plan__desk=shift.desk_id, user=user).exists():
        return True
    return reach(user, Perm.PATROL).covers(shift.community_id, shift.grid_id)


WORKFLOW = Workflow(
    moves=(
        Move("take_over", _("接班"), stands, sources(Status.PLANNED), Status.STARTED, done=_("接班了"),
             tone="primary", icon="login"),
        Move("hand_over", _("交班"), stands, sources(Status.STARTED), Status.DONE, done=_("交班了"), tone="primary",
             icon="logout"),
        Move("remark", _("写一句交接"), either(stands, leads), sources(Status.PLANNED, Status.STARTED), None,
             done=_("写了交接"), icon="note"),
        Move("offer", _("请人换班"), stands, sources(Status.PLANNED), None, done=_("请人换班"),
             icon="arrows-exchange"),
        Move("withdraw_offer", _("不换了"), stands, sources(Status.PLANNED), None, done=_("收回了换班"),
             icon="arrow-back-up"),
        Move("take", _("我来值这一班"), may_take, sources(Status.PLANNED), None, done=_("接下了这一班"),
             icon="hand-stop"),
        Move("miss", _("无人接班"), the_clock, sources(Status.PLANNED), Status.MISSED, done=_("无人接班"),
             icon="alert-triangle"),
        Move("lapse", _("到点未交班"), the_clock, sources(Status.STARTED), Status.DONE, done=_("到点未写交接"),
             icon="clock"),
    ),
    closed=sources(Status.DONE, Status.MISSED),
)  # fmt: skip
