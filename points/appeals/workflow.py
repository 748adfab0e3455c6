"""Through which states an appeal goes."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import either, holds, is_raiser
from community.core.workflow import Move, Waits, Workflow, sources
from points.apart import stands_apart

if TYPE_CHECKING:
    from community.directory.models import User
    from points.appeals.models import Appeal


class Status(models.TextChoices):
    LODGED = "lodged", _("待答复")
    UPHELD = "upheld", _("维持原账")
    RIGHTED = "righted", _("已改正")
    WITHDRAWN = "withdrawn", _("已撤回")


TONES = {Status.LODGED: "waiting", Status.UPHELD: "paused", Status.RIGHTED: "done", Status.WITHDRAWN: "paused"}
judges = either(holds(Perm.MANAGE_POINTS), holds(Perm.LEAD_STREET))


def answers(user: "User | None", appeal: "Appeal") -> bool:
    """Whoever manages points or leads the street, had no part in the posting and is not of the household."""
    if user is None or not judges(user, appeal) or user.pk in appeal.involved:
        return False
    return stands_apart(user, appeal.raised_by)


def can_be_undone(user: "User | None", appeal: "Appeal") -> bool:
    return answers(user, appeal) and appeal.is_reversible


LODGED = sources(Status.LODGED)
WORKFLOW = Workflow(
    moves=(
        Move("lodge", _("申诉"), lambda user, appeal: user is not None, target=Status.LODGED, done=_("提出申诉"),
             icon="hand-stop"),
        Move("undo", _("冲正这笔账"), can_be_undone, LODGED, Status.RIGHTED, done=_("申诉成立，已冲正"), tone="primary",
             icon="refresh"),
        Move("give", _("补记积分"), answers, LODGED, Status.RIGHTED, done=_("申诉成立，已补记"), icon="plus"),
        Move("uphold", _("维持原账"), answers, LODGED, Status.UPHELD, done=_("维持原账"), icon="scale"),
        Move("withdraw", _("撤回申诉"), is_raiser, LODGED, Status.WITHDRAWN, done=_("撤回了申诉"), tone="quiet",
             icon="arrow-back-up"),
    ),
    closed=sources(Status.UPHELD, Status.RIGHTED, Status.WITHDRAWN),
    waits={Status.LODGED: Waits(perm=Perm.MANAGE_POINTS)},
)  # fmt: skip
