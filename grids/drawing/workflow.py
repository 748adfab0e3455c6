"""Through which states a redraw goes: drawn by the office, decided by the secretary, in effect by the clock."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import either, holds, the_clock
from community.core.workflow import Move, Waits, Workflow, sources


class Status(models.TextChoices):
    DRAFT = "draft", _("划分中")
    SUBMITTED = "submitted", _("待确认")
    PLANNED = "planned", _("待生效")
    EFFECTIVE = "effective", _("已生效")
    CANCELLED = "cancelled", _("已取消")


TONES = {
    Status.DRAFT: "info",
    Status.SUBMITTED: "waiting",
    Status.PLANNED: "soon",
    Status.EFFECTIVE: "done",
    Status.CANCELLED: "paused",
}

# Whoever keeps the register of buildings may draw; whoever answers for the posts decides.
draws = holds(Perm.IMPORT_DIRECTORY)
decides = holds(Perm.MANAGE_POSTS)
DRAFT, UNDECIDED = sources(Status.DRAFT), sources(Status.DRAFT, Status.SUBMITTED)

# Decisions come before the strokes of the pen, as on the page.
WORKFLOW = Workflow(
    moves=(
        Move("draw", _("重新划分网格"), draws, target=Status.DRAFT, done=_("开始重新划分网格"), icon="layout-grid"),
        Move("confirm", _("确认划分"), decides, UNDECIDED, Status.PLANNED, done=_("确认了划分"), tone="primary",
             icon="check"),
        Move("submit", _("请书记确认"), draws, DRAFT, Status.SUBMITTED, done=_("划好了，请书记确认"), icon="send"),
        Move("revise", _("再改一改"), either(draws, decides), sources(Status.SUBMITTED), Status.DRAFT,
             done=_("退回再改"), tone="quiet", icon="pencil"),
        Move("shift", _("划动楼栋"), draws, DRAFT, done=_("划动了楼栋"), tone="quiet", icon="arrows-exchange",
             internal=True),
        Move("split", _("拆出新网格"), draws, DRAFT, done=_("拆出了新网格"), tone="quiet", icon="plus", internal=True),
        Move("merge", _("合并网格"), draws, DRAFT, done=_("合并了网格"), tone="quiet", icon="layout-grid",
             internal=True),
        Move("reschedule", _("改生效日期"), draws, DRAFT, done=_("改了生效日期"), tone="quiet", icon="calendar-event",
             internal=True),
        Move("cancel", _("不划了"), either(draws, decides), UNDECIDED, Status.CANCELLED, done=_("取消了划分"),
             tone="quiet", icon="x"),
        Move("call_off", _("撤回划分"), decides, sources(Status.PLANNED), Status.CANCELLED,
             done=_("生效前撤回了划分"), tone="danger", icon="arrow-back-up"),
        Move("take_effect", _("按时生效"), the_clock, sources(Status.PLANNED), Status.EFFECTIVE,
             done=_("新的划分生效"), icon="circle-check"),
    ),
    closed=sources(Status.EFFECTIVE, Status.CANCELLED),
    waits={
        Status.DRAFT: Waits(user="raised_by", perm=Perm.IMPORT_DIRECTORY),
        Status.SUBMITTED: Waits(perm=Perm.MANAGE_POSTS),
    },
)  # fmt: skip
