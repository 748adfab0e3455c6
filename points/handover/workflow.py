"""Through which states a handover goes: whoever proposes it does not decide, nor does anybody it concerns."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import holds, is_raiser
from community.core.workflow import Move, Waits, Workflow, sources
from points.apart import stands_apart

if TYPE_CHECKING:
    from community.directory.models import User
    from points.handover.models import Handover


class Status(models.TextChoices):
    WAITING = "waiting", _("待复核")
    DONE = "done", _("已办理")
    REFUSED = "refused", _("未通过")
    WITHDRAWN = "withdrawn", _("已撤回")


TONES = {Status.WAITING: "waiting", Status.DONE: "done", Status.REFUSED: "paused", Status.WITHDRAWN: "paused"}
manages = holds(Perm.MANAGE_POINTS)


def proposes(user: "User | None", handover: "Handover") -> bool:
    people = [person for person in (handover.owner, handover.heir) if person is not None]
    return manages(user, handover) and all(stands_apart(user, person) for person in people)


def decides(user: "User | None", handover: "Handover") -> bool:
    return user is not None and user.pk != handover.raised_by_id and proposes(user, handover)


WAITING = sources(Status.WAITING)
WORKFLOW = Workflow(
    moves=(
        Move("propose", _("提出账户变更"), proposes, target=Status.WAITING, done=_("提出了账户变更"), icon="arrows-exchange"),
        Move("approve", _("同意办理"), decides, WAITING, Status.DONE, done=_("同意，已办理"), tone="primary", icon="check"),
        Move("refuse", _("不同意"), decides, WAITING, Status.REFUSED, done=_("不同意，未办理"), tone="danger", icon="x"),
        Move("withdraw", _("撤回"), is_raiser, WAITING, Status.WITHDRAWN, done=_("撤回了"), tone="quiet", icon="arrow-back-up"),
    ),
    closed=sources(Status.DONE, Status.REFUSED, Status.WITHDRAWN),
    waits={Status.WAITING: Waits(perm=Perm.MANAGE_POINTS)},
)  # fmt: skip
