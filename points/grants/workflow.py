"""Through which states a grant goes: whoever proposes it does not approve it."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import holds, is_raiser
from community.core.workflow import Move, Waits, Workflow, sources

if TYPE_CHECKING:
    from community.directory.models import User
    from points.grants.models import Grant


class Status(models.TextChoices):
    WAITING = "waiting", _("待复核")
    POSTED = "posted", _("已记账")
    REFUSED = "refused", _("未通过")
    WITHDRAWN = "withdrawn", _("已撤回")


TONES = {Status.WAITING: "waiting", Status.POSTED: "done", Status.REFUSED: "paused", Status.WITHDRAWN: "paused"}
manages = holds(Perm.MANAGE_POINTS)


def decides(user: "User | None", grant: "Grant") -> bool:
    return user is not None and user.pk != grant.raised_by_id and manages(user, grant)


WAITING = sources(Status.WAITING)
WORKFLOW = Workflow(
    moves=(
        Move("propose", _("提出批量发放"), manages, target=Status.WAITING, done=_("提出了批量发放"), icon="coin"),
        Move("approve", _("同意发放"), decides, WAITING, Status.POSTED, done=_("同意，已记账"), tone="primary", icon="check"),
        Move("refuse", _("不同意"), decides, WAITING, Status.REFUSED, done=_("不同意，未记账"), tone="danger", icon="x"),
        Move("withdraw", _("撤回"), is_raiser, WAITING, Status.WITHDRAWN, done=_("撤回了"), tone="quiet",
             icon="arrow-back-up"),
    ),
    closed=sources(Status.POSTED, Status.REFUSED, Status.WITHDRAWN),
    waits={Status.WAITING: Waits(perm=Perm.MANAGE_POINTS)},
)  # fmt: skip
