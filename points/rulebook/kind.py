"""How a set of rules shows itself on the shared case page, its clock, and what is said of it."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access.masking import mask_name
from community.cases import registry
from community.cases.registry import Kind, Stage, never
from community.directory.models import User
from community.notices.kinds import NoticeKind, register
from community.timers import clocks
from community.timers.clocks import Clock
from community.timers.limits import Limit
from points.models.rule import PointRule
from points.proposing.kind import LADDER
from points.redemption.solvency import Solvency, solvency_of
from points.rulebook.forms import MOVE_FORMS
from points.rulebook.models import RuleSet
from points.rulebook.workflow import TONES, Status

if TYPE_CHECKING:
    from points.models.rule import RuleFields

CONFIRM = Limit.working_days(5)  # our own proposal
PEOPLE_SHOWN = 30


def context(rule_set: RuleSet, user: User) -> dict[str, Any]:
    """The draft beside what it changes, and what the rehearsal showed."""
    day = rule_set.effective_on or rule_set.raised_at.date()
    others = PointRule.objects.exclude(rule_set=rule_set)
    before = {rule.code: rule for rule in others.in_force(rule_set.community_id, day)}
    drafts = list(rule_set.drafts.all())
    return {
        "drafts": [{"rule": draft, "change": _change(draft, before.get(draft.code))} for draft in drafts],
        "gone": [rule for code, rule in before.items() if code not in {draft.code for draft in drafts}],
        "editable": rule_set.status == Status.DRAFT,
        "rehearsal": _rehearsal(rule_set),
        "solvency": _covered(rule_set),
    }


def _covered(rule_set: RuleSet) -> Solvency | None:
    """Whether people could still redeem what they have after one quarter more, if it went as the rehearsed one."""
    if rule_set.rehearsal is None or rule_set.status not in (Status.DRAFT, Status.SUBMITTED):
        return None
    return solvency_of(rule_set.community, timezone.now()).after(rule_set.rehearsal["new"])


def _change(draft: "RuleFields", before: "RuleFields | None") -> str:
    if before is None:
        return "new"
    return "" if before.sayings == draft.sayings else "changed"


def _rehearsal(rule_set: RuleSet) -> dict[str, Any] | None:
    """With names, masked; those who lose most come first."""
    found = rule_set.rehearsal
    if found is None:
        return None
    rows = found["people"][:PEOPLE_SHOWN]
    names = User.objects.in_bulk([row["user"] for row in rows])
    people = [row | {"name": mask_name(str(names[row["user"]])), "change": row["new"] - row["old"]} for row in rows]
    days = {key: date.fromisoformat(found[key]) for key in ("first", "last")}
    return found | days | {"people": people, "change": found["new"] - found["old"]}


KIND = Kind(
    model=RuleSet,
    label=_("积分规则调整"),
    icon="adjustments-horizontal",
    facts="points/rulebook/_facts.html",
    journey=(
        Stage(_("起草"), frozenset({Status.DRAFT})),
        Stage(_("确认"), frozenset({Status.SUBMITTED})),
        Stage(_("定稿"), frozenset({Status.PLANNED})),
    ),
    list_url="points:rules",
    forms=MOVE_FORMS,
    context=context,
    facts_of=lambda rule_set, user: {"effective_on": rule_set.effective_on, "rehearsal": rule_set.rehearsal},
    state_tones={str(state): tone for state, tone in TONES.items()},
    followed_up=never,
)


def register_all() -> None:
    registry.register(KIND)
    clocks.register(
        "ruleset", Clock("confirm", _("确认规则"), frozenset({Status.SUBMITTED}), lambda rule_set: CONFIRM, LADDER)
    )
    register("ruleset.submit", NoticeKind("ruleset.submitted", _("积分规则调整待确认"), ("awaits",)))
    register("ruleset.confirm", NoticeKind("ruleset.confirmed", _("积分规则调整已确认，到日生效"), ("raised_by",)))
