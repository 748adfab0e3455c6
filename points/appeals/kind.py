"""How an appeal shows itself, its clock, and what is said of it."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.cases import registry
from community.cases.registry import Kind, Stage, never
from community.core.models import Case
from community.core.perms import Perm
from community.core.verbs import Step
from community.notices.kinds import SMS, NoticeKind, case_facts, register
from community.timers import clocks
from community.timers.clocks import WAITED_FOR, Clock, Rung
from community.timers.limits import Limit
from points import amounts
from points.appeals.forms import MOVE_FORMS
from points.appeals.models import Appeal
from points.appeals.workflow import TONES, Status

if TYPE_CHECKING:
    from community.directory.models import User

ANSWER = Limit.working_days(5)  # our own proposal
LADDER = (
    Rung("remind", Fraction(3, 4), (WAITED_FOR,)),
    Rung("due", Fraction(1), (WAITED_FOR, Perm.LEAD_COMMUNITY), tier=Case.Tier.COMMUNITY),
    Rung("street", Fraction(3, 2), (Perm.LEAD_STREET,), tier=Case.Tier.STREET),
)


def context(appeal: Appeal, user: "User") -> dict[str, Any]:
    line = appeal.line_of_posting
    return {
        "size": amounts.signed(line.account.asset, line.amount),
        "own": user.pk == appeal.raised_by_id,
        "posting": appeal.posting,
        "award": getattr(appeal.posting, "award", None),
    }


KIND = Kind(
    model=Appeal,
    label=_("积分申诉"),
    icon="hand-stop",
    facts="points/appeals/_facts.html",
    journey=(
        Stage(_("提出"), frozenset()),
        Stage(_("答复"), frozenset({Status.LODGED})),
        Stage(_("办结"), frozenset({Status.UPHELD, Status.RIGHTED})),
    ),
    list_url="points:appeals",
    forms=MOVE_FORMS,
    context=context,
    facts_of=lambda appeal, user: {"posting": appeal.posting.words, "words": appeal.words},
    state_tones={str(state): tone for state, tone in TONES.items()},
    followed_up=never,
)


def with_note(step: Step) -> dict[str, Any]:
    return case_facts(step) | {"note": step.note}


def register_all() -> None:
    registry.register(KIND)
    clocks.register("appeal", Clock("answer", _("申诉答复"), frozenset({Status.LODGED}), lambda appeal: ANSWER, LADDER))
    register("appeal.lodge", NoticeKind("appeal.lodged", _("有一件积分申诉待答复：%(title)s"), ("awaits",)))
    for verb, words in (("undo", _("申诉成立，已冲正：%(title)s")), ("give", _("申诉成立，已补记：%(title)s")),
                        ("uphold", _("申诉已答复：%(title)s"))):  # fmt: skip
        register(
            f"appeal.{verb}", NoticeKind(f"appeal.{verb}", words, ("raised_by",), "%(note)s", (SMS,), params=with_note)
        )
