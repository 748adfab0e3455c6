"""Through which states a fair goes: stalls are counted by one and signed for by another."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import holds
from community.core.workflow import Move, Waits, Workflow, sources

if TYPE_CHECKING:
    from community.directory.models import User
    from points.fund.fair import Fair


class Status(models.TextChoices):
    OPEN = "open", _("登记中")
    COUNTED = "counted", _("待会签")
    POSTED = "posted", _("已入账")
    CANCELLED = "cancelled", _("已取消")
    REVERSED = "reversed", _("已冲正")


TONES = {
    Status.OPEN: "info", Status.COUNTED: "waiting", Status.POSTED: "done", Status.CANCELLED: "paused",
    Status.REVERSED: "paused",
}  # fmt: skip
keeps = holds(Perm.RUN_FUND)
may_approve = holds(Perm.APPROVE_FUND)


def countersigns(user: "User | None", fair: "Fair") -> bool:
    """Another than whoever counted, or entered a stall."""
    if user is None or not (keeps(user, fair) or may_approve(user, fair)) or user.pk == fair.counted_by_id:
        return False
    return not fair.stalls.filter(entered_by=user).exists() if fair.pk else False


def corrects(user: "User | None", fair: "Fair") -> bool:
    return user is not None and keeps(user, fair) and user.pk != fair.signed_by_id


OPEN, COUNTED = sources(Status.OPEN), sources(Status.COUNTED)
WORKFLOW = Workflow(
    moves=(
        Move("plan", _("办一场集市"), keeps, target=Status.OPEN, done=_("建了集市，开始登记"), icon="shopping-bag"),
        Move("take", _("登记一个摊位"), keeps, OPEN, done=_("登记了一个摊位的收入"), icon="plus"),
        Move("strike", _("划去一个摊位"), keeps, OPEN, done=_("划去了一个摊位"), tone="quiet", icon="minus", aside=True),
        Move("count", _("登记完了，请人会签"), keeps, OPEN, Status.COUNTED, done=_("登记完了，等人会签"), tone="primary",
             icon="checklist"),
        Move("sign", _("会签入账"), countersigns, COUNTED, Status.POSTED, done=_("核对无误，会签入账"), tone="primary",
             icon="check"),
        Move("send_back", _("数目不对，退回"), countersigns, COUNTED, Status.OPEN, done=_("数目不对，退回重新登记"),
             icon="arrow-back-up"),
        Move("cancel", _("取消"), keeps, OPEN, Status.CANCELLED, done=_("取消了"), tone="danger", icon="x", aside=True),
        Move("reverse", _("冲正"), corrects, sources(Status.POSTED), Status.REVERSED, done=_("登记有误，已冲正"),
             tone="danger", icon="arrow-back-up", aside=True),
    ),
    closed=sources(Status.POSTED, Status.CANCELLED, Status.REVERSED),
    waits={Status.OPEN: Waits(perm=Perm.RUN_FUND), Status.COUNTED: Waits(perm=Perm.RUN_FUND)},
)  # fmt: skip
