"""Through which states a handover goes: whoever proposes it does not decide, nor does anybody it concerns."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.rules import both
from community.core.workflow import Move
from points.apart import stands_apart
from points.proposing import workflow
from points.proposing.workflow import decided_by_another, is_another, manages

if TYPE_CHECKING:
    from community.directory.models import User
    from points.handover.models import Handover


class Status(models.TextChoices):
    WAITING = workflow.WAITING, _("待复核")
    DONE = "done", _("已办理")
    REFUSED = workflow.REFUSED, _("未通过")
    WITHDRAWN = workflow.WITHDRAWN, _("已撤回")


def proposes(user: "User | None", handover: "Handover") -> bool:
    people = [person for person in (handover.owner, handover.heir) if person is not None]
    return manages(user, handover) and all(stands_apart(user, person) for person in people)


WORKFLOW = decided_by_another(
    Move(
        "propose", _("提出账户变更"), proposes, target=Status.WAITING, done=_("提出了账户变更"), icon="arrows-exchange"
    ),
    decides=both(proposes, is_another),
    agreed=Status.DONE,
    agree=(_("同意办理"), _("同意，已办理")),
    refused=_("不同意，未办理"),
)
