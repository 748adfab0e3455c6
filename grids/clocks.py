"""The clocks of incidents and patrols. Limits come from the category (table A) as the community has tightened it."""

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from community.duties.clocks import BEGIN
from community.timers.clocks import RAISER, WAITED_FOR, Clock, Rung
from community.timers.limits import Limit
from grids.handling.limits import ASKING, DECIDING, FEEDBACK, RATING, VERIFYING
from grids.models import Category, Incident, Patrol
from grids.models.incident_workflow import AT_WORK

S = Incident.Status


def urgent(incident: Incident) -> bool:
    return incident.is_urgent


def feedback(incident: Incident) -> Limit | None:
    """大事 24 小时反馈: until its reporter has heard how it goes."""
    is_big = incident.category.size == Category.Size.BIG
    return FEEDBACK if is_big and incident.fed_back_at is None else None


def silence(sampled: bool, verb: str) -> tuple[Any, tuple[Rung, ...]]:
    """Limit and ladder of the days in which its reporter may speak, for those that are drawn and those that are not."""
    ladder = (Rung("remind", Fraction(5, 7), (RAISER,)), Rung("due", Fraction(1), verb=verb))
    return (lambda incident: RATING if incident.sampled is sampled else None), ladder


RECATEGORISED = frozenset({"recategorise"})
HANDED = frozenset({"dispatch", "transfer", "uphold", "overrule", "fall_to_leader"})

INCIDENT_CLOCKS = (
    Clock("respond", _("事件响应"), frozenset({S.REPORTED}), lambda incident: incident.limits.response,
          restarts=HANDED, recounts=RECATEGORISED, urgent=urgent),
    Clock("handle", _("事件办理"), AT_WORK, lambda incident: incident.limits.handling,
          restarts=frozenset({"grant_extension"}), recounts=RECATEGORISED,
          promised=lambda incident: incident.extended_until, urgent=urgent),
    Clock("feedback", _("大事反馈"), AT_WORK, feedback, restarts=frozenset({"progress"}), recounts=RECATEGORISED),
    Clock("decide", _("派单异议裁定"), frozenset({S.DISPUTED}), lambda incident: DECIDING),
    Clock("verify", _("事件核查"), frozenset({S.RESOLVED}), lambda incident: VERIFYING),
    Clock("rate", _("事件评价"), frozenset({S.VERIFIED}), *silence(False, "close_unrated")),
    Clock("silence", _("事件评价"), frozenset({S.VERIFIED}), *silence(True, "call_on")),
    Clock("follow_up", _("事件回访"), frozenset({S.FOLLOW_UP}), lambda incident: ASKING),
)  # fmt: skip

# The leader and the community hear of a missed patrol through the notice of the move itself.
PATROL_CLOCKS = (
    Clock("finish", _("巡查"), frozenset({Patrol.Status.PLANNED, Patrol.Status.STARTED}),
          until=lambda patrol: patrol.closes_at,
          leaves_out=lambda patrol, rung: rung is BEGIN and not patrol.secret,
          ladder=(BEGIN, Rung("remind", Fraction(3, 4), (WAITED_FOR,)), Rung("due", Fraction(1), verb="miss"))),
)  # fmt: skip
