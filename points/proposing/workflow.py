"""The transition table of every proposal: another than who proposed it agrees or refuses."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import Rule, holds, is_raiser
from community.core.workflow import Move, Waits, Workflow, sources

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from community.core.models import Case
    from community.directory.models import User

# Every kind's states are these three and one more, which says what became of it.
WAITING, REFUSED, WITHDRAWN = "waiting", "refused", "withdrawn"
TONES = {WAITING: "waiting", REFUSED: "paused", WITHDRAWN: "paused"}

manages = holds(Perm.MANAGE_POINTS)


def is_another(user: "User | None", proposal: "Case") -> bool:
    return user is not None and user.pk != proposal.raised_by_id


def decided_by_another(
    *opening: Move, decides: Rule, agreed: str, agree: "tuple[StrPromise, StrPromise]", refused: "StrPromise"
) -> Workflow:
    """``agree`` is the label of agreeing and how the timeline tells of it, ``refused`` how it tells of refusing."""
    waiting = sources(WAITING)
    return Workflow(
        moves=(
            *opening,
            Move("approve", agree[0], decides, waiting, agreed, done=agree[1], tone="primary", icon="check"),
            Move("refuse", _("不同意"), decides, waiting, REFUSED, done=refused, tone="danger", icon="x"),
            Move("withdraw", _("撤回"), is_raiser, waiting, WITHDRAWN, done=_("撤回了"), tone="quiet", icon="arrow-back-up"),
        ),
        closed=sources(agreed, REFUSED, WITHDRAWN),
        waits={WAITING: Waits(perm=Perm.MANAGE_POINTS)},
    )  # fmt: skip
