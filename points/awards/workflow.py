"""Through which states an award or a deduction goes: whoever proposes it does not decide."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import holds, is_raiser, the_clock
from community.core.workflow import Move, Waits, Workflow, sources
from points.apart import stands_apart

if TYPE_CHECKING:
    from community.directory.models import User
    from points.awards.models import Award


class Status(models.TextChoices):
    WAITING = "waiting", _("待复核")
    POSTED = "posted", _("已记账")
    REFUSED = "refused", _("未通过")
    WITHDRAWN = "withdrawn", _("已撤回")


TONES = {Status.WAITING: "waiting", Status.POSTED: "done", Status.REFUSED: "paused", Status.WITHDRAWN: "paused"}
manages = holds(Perm.MANAGE_POINTS)


def proposes(user: "User | None", award: "Award") -> bool:
    return manages(user, award) and stands_apart(user, award.member)


def decides(user: "User | None", award: "Award") -> bool:
    """Another than the proposer, and nobody's own or their household's."""
    return user is not None and user.pk != award.raised_by_id and proposes(user, award)


WAITING = sources(Status.WAITING)
WORKFLOW = Workflow(
    moves=(
        Move("hold", _("留待复核"), the_clock, target=Status.WAITING, done=_("按规则计算，留待人工复核"), icon="eye"),
        Move("propose", _("提出奖惩"), proposes, target=Status.WAITING, done=_("提出了奖惩"), icon="scale"),
        Move("approve", _("同意记账"), decides, WAITING, Status.POSTED, done=_("同意，已记账"), tone="primary", icon="check"),
        Move("refuse", _("不同意"), decides, WAITING, Status.REFUSED, done=_("不同意，未记账"), tone="danger", icon="x"),
        Move("withdraw", _("撤回"), is_raiser, WAITING, Status.WITHDRAWN, done=_("撤回了"), tone="quiet", icon="arrow-back-up"),
    ),
    closed=sources(Status.POSTED, Status.REFUSED, Status.WITHDRAWN),
    waits={Status.WAITING: Waits(perm=Perm.MANAGE_POINTS)},
)  # fmt: skip
