"""Through which states a division goes: whoever proposes it does not decide, nor anybody whose balance it moves."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.workflow import Move
from points.proposing import workflow
from points.proposing.workflow import decided_by_another, is_another, manages

if TYPE_CHECKING:
    from community.directory.models import User
    from points.division.models import Division


class Status(models.TextChoices):
    WAITING = workflow.WAITING, _("待复核")
    DONE = "done", _("已划转")
    REFUSED = workflow.REFUSED, _("未通过")
    WITHDRAWN = workflow.WITHDRAWN, _("已撤回")


def decides(user: "User | None", division: "Division") -> bool:
    if user is None or not is_another(user, division) or not manages(user, division):
        return False
    return not division.concerns(user)


WORKFLOW = decided_by_another(
    Move(
        "propose", _("提出社区调整划转"), manages, target=Status.WAITING, done=_("提出了社区调整划转"), icon="arrows-exchange"
    ),
    decides=decides,
    agreed=Status.DONE,
    agree=(_("同意划转"), _("同意，已划转")),
    refused=_("不同意，未划转"),
)  # fmt: skip
