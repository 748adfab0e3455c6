"""How activities and corrections show themselves on the shared case page, their clocks, and what is said of them."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access.masking import mask_name
from community.cases.registry import Kind, Stage, never
from community.core.models import Case
from community.core.perms import Perm
from community.timers.clocks import HANDLER, WAITED_FOR, Clock, Rung
from community.timers.limits import Limit
from points.models.account import Account
from points.stars.certificate import Certificate
from points.teams import correction_workflow, crediting
from points.teams.activity import Activity
from points.teams.activity_forms import MOVE_FORMS, AnnounceForm
from points.teams.correction import Correction
from points.teams.team import organises as looks_after
from points.teams.workflow import TONES, Status, organises

if TYPE_CHECKING:
    from community.directory.models import User

S, C = Status, correction_workflow.Status
REPORT = Limit.working_days(3)  # our own proposals
CONFIRM = Limit.working_days(5)


def context(activity: Activity, user: "User") -> dict[str, Any]:
    leads = organises(user, activity)
    place = activity.place_of(user)
    sees_names = leads or looks_after(user, activity.community_id)
    rows = list(activity.sign_ups.standing().select_related("user")) if sees_names else []
    known = sees_names or place is not None
    organiser = str(activity.handler) if activity.handler else ""
    return {
        "leads": leads,
        "mine": place,
        "rows": rows,
        "organiser": organiser if known else mask_name(organiser),
        "shows_code": leads and activity.welcomes(timezone.now()),
        "may_scan": place is None or place.signed_in_at is None,
        "welcomes": activity.welcomes(timezone.now()),
        "turn": _turn(activity, place),
    }


def facts_of(activity: Activity, user: "User") -> dict[str, Any]:
    """Over the API; who has signed up is told to who organises, as on the page."""
    found: dict[str, Any] = {
        "place": activity.place, "starts_at": activity.starts_at, "ends_at": activity.ends_at,
        "needed": activity.needed, "taken": activity.taken, "team": activity.team.name,
    }  # fmt: skip
    if organises(user, activity):
        found["people"] = [
            {
                "id": row.user_id, "name": str(row.user), "waiting": row.waiting, "signed_in_at": row.signed_in_at,
                "proposed": row.proposed, "objection": row.objection, "minutes": row.minutes,
            }
            for row in activity.sign_ups.standing().select_related("user")
        ]  # fmt: skip
    return found


def _turn(activity: Activity, place: Any) -> int:
    """Which turn on the waiting list."""
    if place is None or not place.waiting:
        return 0
    return activity.sign_ups.standing().filter(waiting=True, pk__lte=place.pk).count()


def correction_context(correction: Correction, user: "User") -> dict[str, Any]:
    """With the certificates that say more than what stands in the account now, for whoever may revoke them."""
    account = Account.objects.named([crediting.hours_of(correction.person, correction.community_id)]).first()
    theirs = Certificate.objects.in_reach_of(user).standing().filter(user=correction.person)
    return {
        "activity": correction.sign_up.activity,
        "seen": Activity.objects.visible_to(user).filter(pk=correction.sign_up.activity_id).exists(),
        "wrong": list(
            theirs.filter(community=correction.community_id, minutes__gt=account.balance if account else 0)[:5]
        ),
    }


ACTIVITY = Kind(
    model=Activity,
    label=_("志愿活动"),
    icon="heart-handshake",
    facts="points/teams/_activity.html",
    journey=(
        Stage(_("招募"), frozenset({S.RECRUITING})),
        Stage(_("进行"), frozenset({S.RUNNING})),
        Stage(_("报时长"), frozenset({S.ENDED})),
        Stage(_("确认"), frozenset({S.PROPOSED})),
        Stage(_("记录"), frozenset({S.RECORDED})),
    ),
    list_url="teams:activities",
    forms=MOVE_FORMS,
    opening=AnnounceForm,
    context=context,
    facts_of=facts_of,
    state_tones={str(state): tone for state, tone in TONES.items()},
    followed_up=never,
)  # fmt: skip

CORRECTION = Kind(
    model=Correction,
    label=_("时长更正"),
    icon="clock",
    facts="points/teams/_correction.html",
    journey=(
        Stage(_("提出"), frozenset()),
        Stage(_("核实"), frozenset({C.WAITING})),
        Stage(_("更正"), frozenset({C.CORRECTED})),
    ),
    list_url="teams:mine",
    context=correction_context,
    facts_of=lambda correction, user: {"before": correction.before, "after": correction.after},
    state_tones={str(state): tone for state, tone in correction_workflow.TONES.items()},
    followed_up=never,
)

HALF = Fraction(1, 2)
CLOCKS = (
    Clock("start", _("开始"), frozenset({S.RECRUITING}), until=lambda it: it.starts_at, restarts=frozenset({"change"}),
          ladder=(Rung("remind", HALF, ("participants", HANDLER), notice="volunteering.remind"),
                  Rung("due", verb="begin"))),
    Clock("run", _("结束"), frozenset({S.RUNNING}), until=lambda it: it.ends_at, ladder=(Rung("due", verb="end"),)),
    Clock("report", _("报时长"), frozenset({S.ENDED}), lambda it: REPORT,
          ladder=(Rung("remind", HALF, (WAITED_FOR,)),
                  Rung("due", to=(WAITED_FOR, Perm.RUN_VOLUNTEERS), tier=Case.Tier.COMMUNITY))),
    Clock("confirm", _("确认时长"), frozenset({S.PROPOSED}), lambda it: CONFIRM,
          ladder=(Rung("remind", HALF, (WAITED_FOR,)), Rung("due", to=(WAITED_FOR,), tier=Case.Tier.COMMUNITY))),
)  # fmt: skip
DECIDE = Clock(
    "decide", _("核实"), frozenset({C.WAITING}), lambda it: CONFIRM,
    (Rung("remind", HALF, (WAITED_FOR,)), Rung("due", to=(WAITED_FOR,), tier=Case.Tier.COMMUNITY)),
)  # fmt: skip
