"""Clocks, notices and menus of visits and rounds; called by ``grids.apps``."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.cases import registry
from community.cases.forms import ReasonForm
from community.cases.registry import Kind, Stage, never
from community.core.models import Case
from community.core.navigation import register as menu
from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import Step, followers
from community.duties.clocks import MISS, REMIND, closing, last_moment, without
from community.notices.kinds import SMS, NoticeKind, register
from community.timers import clocks
from community.timers.clocks import WAITED_FOR, Clock, Rung
from grids.visits import follow_up
from grids.visits.in_need import CONDITION
from grids.visits.reach import VISITORS
from grids.visits.rounds import RUNNING, Round
from grids.visits.tierings import Tiering
from grids.visits.visit import TRIES, Status, Visit
from points.redemption import eligibility

if TYPE_CHECKING:
    from community.directory.models import User

# A visit by its rhythm may be caught up for some days; only then is it missed, and the leader hears of it again.
VISIT_CLOCKS = (
    Clock(
        "visit", _("走访"), frozenset({Status.PLANNED}), until=closing, leaves_out=without,
        restarts=frozenset({"nobody_home"}), urgent=lambda visit: visit.is_urgent,
        ladder=(REMIND, Rung("due", Fraction(1), (WAITED_FOR, Perm.LEAD_GRID), tier=Case.Tier.LEADER)),
    ),
    Clock("lapse", _("走访最晚时刻"), frozenset({Status.PLANNED}), until=last_moment, ladder=MISS,
          restarts=frozenset({"nobody_home"}), urgent=lambda visit: visit.is_urgent),
)  # fmt: skip
ROUND_CLOCK = Clock(
    "round", _("敲门行动"), RUNNING, until=closing,
    ladder=(Rung("remind", Fraction(3, 4), (WAITED_FOR, Perm.LEAD_GRID)), Rung("due", Fraction(1), verb="run_out")),
)  # fmt: skip
TIERING = Kind(
    model=Tiering,
    label=_("批量分类"),
    icon="checklist",
    facts="grids/visits/_tiering.html",
    journey=(Stage(_("调整"), frozenset({Tiering.Status.DONE})),),
    list_url="visits:tiers",
    forms={"undo": ReasonForm},
    followed_up=never,
    state_tones={Tiering.Status.DONE: "done", Tiering.Status.UNDONE: "paused"},
)


def facts(step: Step) -> dict[str, Any]:
    return {"title": step.matter.title, "note": step.note}  # type: ignore[attr-defined]


def sent_for(step: Step) -> bool:
    return step.matter.is_urgent  # type: ignore[attr-defined]


def calmly(step: Step) -> bool:
    return not sent_for(step)


def often_closed(step: Step) -> bool:
    return step.data.get("tries", 0) >= TRIES


def is_unsolved(step: Step) -> bool:
    return step.data.get("solved") is False


def register_notices() -> None:
    register(
        "visit.send",
        NoticeKind("visit.urgent", _("%(title)s：请在 24 小时内到户"), ("awaits",), "", (SMS,), True, sent_for, facts),
    )
    register(
        "visit.nobody_home",
        NoticeKind("visit.often_closed", _("%(title)s：多次家里没人"), (Perm.LEAD_GRID,),
                   _("请商量换个时间或先电话联系。"), when=often_closed, params=facts),
    )  # fmt: skip
    register(
        "visit.miss",
        NoticeKind("visit.missed", _("%(title)s到期没有走访"), ("assignee", Perm.LEAD_GRID), _("请了解原因，尽快补访。"),
                   when=calmly, params=facts),
        NoticeKind("visit.missed_urgent", _("%(title)s到期没有走访"), ("assignee", Perm.LEAD_GRID, Perm.LEAD_COMMUNITY),
                   _("紧急户 24 小时内没有到户，请马上安排。"), (SMS,), True, sent_for, facts),
    )  # fmt: skip
    register(
        "visit.meet",
        NoticeKind("visit.unsolved", _("%(title)s：居民说问题还在"), (Perm.LEAD_GRID, Perm.LEAD_COMMUNITY), "%(note)s",
                   when=is_unsolved, params=facts),
    )  # fmt: skip
    register(
        "round.announce",
        NoticeKind("round.announced", _("敲门行动：%(title)s"), (Perm.PATROL,), _("“今天”里可以看到要走的楼栋。"),
                   params=facts),
    )  # fmt: skip
    register(
        "round.run_out",
        NoticeKind("round.ran_out", _("%(title)s到期，还有住户没有走到"), (Perm.LEAD_GRID, Perm.LEAD_COMMUNITY),
                   _("请决定延续还是结束。"), params=facts),
    )  # fmt: skip


def visits_somewhere(user: "User") -> bool:
    return any(reach(user, perm) for perm in VISITORS)


def register_all() -> None:
    registry.register(TIERING)
    clocks.register(Visit.matter_kind, *VISIT_CLOCKS)
    clocks.register(Round.matter_kind, ROUND_CLOCK)
    followers.register(follow_up.follow, rank=40)
    register_notices()
    eligibility.register(CONDITION)
    menu("worker", _("走访"), icon="home-heart", url_name="visits:list", order=30, allowed=visits_somewhere)
    menu(
        "office", _("走访"), icon="home-heart", url_name="visits:coverage", order=16, section=_("事项"),
        allowed=visits_somewhere,
    )  # fmt: skip
