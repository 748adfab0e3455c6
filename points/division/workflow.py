"""Through which states a division goes: whoever proposes it does not decide, nor anybody whose balance it moves."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import holds, is_raiser
from community.core.workflow import Move, Waits, Workflow, sources

if TYPE_CHECKING:
    from community.directory.models import User
    from points.division.models import Division


class Status(models.TextChoices):
    WAITING = "waiting", _("待复核")
    DONE = "done", _("已划转")
    REFUSED = "refused", _("未通过")
    WITHDRAWN = "withdrawn", _("已撤回")


TONES = {Status.WAITING: "waiting", Status.DONE: "done", Status.REFUSED: "paused", Status.WITHDRAWN: "paused"}
manages = holds(Perm.MANAGE_POINTS)


def decides(user: "User | None", division: "Division") -> bool:
    if user is None or user.pk == division.raised_by_id or not manages(user, division):
        return False
    return not division.concerns(user)


WAITING = sources(Status.WAITING)
WORKFLOW = Workflow(
    moves=(
        Move("propose", _("提出社区调整划转"), manages, target=Status.WAITING, done=_("提出了社区调整划转"),
             icon="arrows-exchange"),
        Move("approve", _("同意划转"), decides, WAITING, Status.DONE, done=_("同意，已划转"), tone="primary", icon="check"),
        Move("refuse", _("不同意"), decides, WAITING, Status.REFUSED, done=_("不同意，未划转"), tone="danger", icon="x"),
        Move("withdraw", _("撤回"), is_raiser, WAITING, Status.WITHDRAWN, done=_("撤回了"), tone="quiet",
             icon="arrow-back-up"),
    ),
    closed=sources(Status.DONE, Status.REFUSED, Status.WITHDRAWN),
    waits={Status.WAITING: Waits(perm=Perm.MANAGE_POINTS)},
)  # fmt: skip
