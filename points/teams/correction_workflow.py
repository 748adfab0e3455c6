"""A correction of recorded hours: whoever asks for it does not decide."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import is_raiser
from community.core.workflow import Move, Waits, Workflow, sources
from points.apart import stands_apart
from points.teams.team import organises as looks_after
from points.teams.workflow import organises

if TYPE_CHECKING:
    from community.directory.models import User
    from points.teams.correction import Correction


class Status(models.TextChoices):
    WAITING = "waiting", _("待核实")
    CORRECTED = "corrected", _("已更正")
    REFUSED = "refused", _("未更正")
    WITHDRAWN = "withdrawn", _("已撤回")


TONES = {Status.WAITING: "waiting", Status.CORRECTED: "done", Status.REFUSED: "paused", Status.WITHDRAWN: "paused"}


def asks(user: "User | None", correction: "Correction") -> bool:
    """Whose hours they are, or who organises."""
    return user is not None and (user.pk == correction.sign_up.user_id or organises(user, correction.sign_up.activity))


def decides(user: "User | None", correction: "Correction") -> bool:
    """The community, but not who asked, nor whose hours they are or who lives with them."""
    if user is None or user.pk == correction.raised_by_id or not looks_after(user, correction.community_id):
        return False
    return stands_apart(user, correction.person)


WAITING = sources(Status.WAITING)
WORKFLOW = Workflow(
    moves=(
        Move("ask", _("提出更正"), asks, target=Status.WAITING, done=_("提出了更正"), icon="edit"),
        Move("agree", _("同意更正"), decides, WAITING, Status.CORRECTED, done=_("同意，时长已更正"), tone="primary",
             icon="check"),
        Move("refuse", _("不更正"), decides, WAITING, Status.REFUSED, done=_("不更正"), tone="danger", icon="x"),
        Move("withdraw", _("撤回"), is_raiser, WAITING, Status.WITHDRAWN, done=_("撤回了"), tone="quiet",
             icon="arrow-back-up"),
    ),
    closed=sources(Status.CORRECTED, Status.REFUSED, Status.WITHDRAWN),
    waits={Status.WAITING: Waits(perm=Perm.RUN_VOLUNTEERS)},
)  # fmt: skip
