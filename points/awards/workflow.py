"""Through which states an award or a deduction goes: whoever proposes it does not decide."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.rules import both, the_clock
from community.core.workflow import Move
from points.apart import stands_apart
from points.proposing import workflow
from points.proposing.workflow import decided_by_another, is_another, manages

if TYPE_CHECKING:
    from community.directory.models import User
    from points.awards.models import Award


class Status(models.TextChoices):
    WAITING = workflow.WAITING, _("待复核")
    POSTED = "posted", _("已记账")
    REFUSED = workflow.REFUSED, _("未通过")
    WITHDRAWN = workflow.WITHDRAWN, _("已撤回")


def proposes(user: "User | None", award: "Award") -> bool:
    """Nobody about their own or their household's."""
    return manages(user, award) and stands_apart(user, award.member)


WORKFLOW = decided_by_another(
    Move("hold", _("留待复核"), the_clock, target=Status.WAITING, done=_("按规则计算，留待人工复核"), icon="eye"),
    Move("propose", _("提出奖惩"), proposes, target=Status.WAITING, done=_("提出了奖惩"), icon="scale"),
    decides=both(proposes, is_another),
    agreed=Status.POSTED,
    agree=(_("同意记账"), _("同意，已记账")),
    refused=_("不同意，未记账"),
)
