"""The clocks of incidents and patrols. Limits come from the category (table A) as the community has tightened it."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from community.timers.clocks import RAISER, WAITED_FOR, Clock, Rung
from community.timers.limits import Limit
from grids.models import Incident, Patrol

S = Incident.Status
VERIFYING = Limit.working_days(1)  # our own proposal
RATING = Limit.days(7)


def urgent(incident: Incident) -> bool:
    return incident.is_urgent


INCIDENT_CLOCKS = (
    Clock("respond", _("事件响应"), frozenset({S.REPORTED}), lambda incident: incident.limits.response,
          restarts=frozenset({"dispatch", "send_back"}), urgent=urgent),
    Clock("handle", _("事件办理"), frozenset({S.REPORTED, S.HANDLING}), lambda incident: incident.limits.handling,
          urgent=urgent),
    Clock("verify", _("事件核查"), frozenset({S.RESOLVED}), lambda incident: VERIFYING),
    Clock("rate", _("事件评价"), frozenset({S.VERIFIED}), lambda incident: RATING,
          ladder=(Rung("remind", Fraction(5, 7), (RAISER,)), Rung("due", Fraction(1), verb="close_unrated"))),
)  # fmt: skip

# The leader and the community hear of a missed patrol through the notice of the move itself.
PATROL_CLOCKS = (
    Clock("finish", _("巡查"), frozenset({Patrol.Status.PLANNED, Patrol.Status.STARTED}),
          until=lambda patrol: patrol.closes_at,
          ladder=(Rung("remind", Fraction(3, 4), (WAITED_FOR,)), Rung("due", Fraction(1), verb="miss"))),
)  # fmt: skip
