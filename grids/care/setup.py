"""Kind, clocks, notices and menus of “五个一”; called by ``grids.apps``."""

from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.cases import registry
from community.core.models import Case
from community.core.navigation import register as menu
from community.core.perms import Perm
from community.core.verbs import Step
from community.duties.clocks import MISS, REMIND, closing, last_moment, without
from community.notices.kinds import SMS, NoticeKind, case_facts, register
from community.timers import clocks
from community.timers.clocks import ASSIGNEE, WAITED_FOR, Clock, Rung
from community.timers.limits import Limit
from grids.care.duties import TRIES, CareCall, CareTurn, Status
from grids.care.kind import KIND
from grids.care.models import CarePlan
from grids.visits.setup import visits_somewhere

PLANNED = frozenset({Status.PLANNED})
NEIGHBOUR, WORKER = "neighbour", "worker"
LOOK_IN = "care.look_in"


def until_back(care: CarePlan) -> Limit | None:
    """How long it rests; None where nobody knows yet."""
    return Limit.days((care.back_on - timezone.localdate(care.changed_at)).days) if care.back_on else None


# Until eleven the caller; then who lives next door, an hour later the worker, two hours later the leader, each at once.
CALL_CLOCKS = (
    Clock(
        "call", _("电话问候"), PLANNED, until=closing, urgent=lambda call: True,
        ladder=(
            REMIND,
            Rung("neighbour", Fraction(1), (NEIGHBOUR,), notice=LOOK_IN),
            Rung("worker", Fraction(4, 3), (ASSIGNEE, WORKER), notice=LOOK_IN),
            Rung("leader", Fraction(5, 3), (Perm.LEAD_GRID,), tier=Case.Tier.LEADER, notice=LOOK_IN),
        ),
    ),
    Clock("lapse", _("电话问候最晚时刻"), PLANNED, until=last_moment, ladder=MISS),
)  # fmt: skip
TURN_CLOCKS = (
    Clock(
        "turn", _("助老服务"), PLANNED, until=closing, leaves_out=without,
        ladder=(REMIND, Rung("due", Fraction(1), (WAITED_FOR, Perm.LEAD_GRID), tier=Case.Tier.LEADER)),
    ),
    Clock("lapse", _("助老服务最晚时刻"), PLANNED, until=last_moment, ladder=MISS),
)  # fmt: skip
CARE_CLOCKS = (
    Clock("rest", _("五个一暂停"), frozenset({CarePlan.Status.RESTING}), until_back,
          ladder=(Rung("due", Fraction(1), verb="come_back"),)),
)  # fmt: skip


def facts(step: Step) -> dict[str, Any]:
    return {"title": step.matter.title, "note": step.note}  # type: ignore[attr-defined]


def unreached(step: Step) -> bool:
    return step.data.get("tries", 0) >= TRIES


def with_note(step: Step) -> dict[str, Any]:
    return {**case_facts(step), "note": step.note}


def register_notices() -> None:
    register(
        "",
        NoticeKind(LOOK_IN, _("%(title)s：还没有联系上，请敲门看看"), body=_("看过以后请点“上门看过，平安”。"),
                   channels=(SMS,), urgent=True),
    )  # fmt: skip
    register(
        "care_call.no_answer",
        NoticeKind("care.unreached", _("%(title)s：两次没有接通，请敲门看看"), (NEIGHBOUR, WORKER),
                   _("看过以后请点“上门看过，平安”。"), (SMS,), True, unreached, facts),
    )  # fmt: skip
    register(
        "care_call.needs_help",
        NoticeKind("care.help", _("%(title)s：老人需要帮助"), (Perm.PATROL, Perm.LEAD_GRID), "%(note)s", (SMS,), True,
                   params=facts),
    )  # fmt: skip
    register(
        "care_call.miss",
        NoticeKind("care.missed", _("%(title)s：今天没有人联系上"), ("assignee", Perm.LEAD_GRID, Perm.LEAD_COMMUNITY),
                   _("请马上派人上门。"), (SMS,), True, params=facts),
    )  # fmt: skip
    register(
        "care_turn.miss",
        NoticeKind("care.turn_missed", _("%(title)s到期没有做"), ("assignee", Perm.LEAD_GRID), _("请了解原因，重新安排。"),
                   params=facts),
    )  # fmt: skip
    register(
        "care.reassign",
        NoticeKind(
            "care.handed_over", _("%(title)s：请您来做"), ("newcomers",), _("“今天”里可以看到要做的事。"), params=facts
        ),
    )
    for verb, code, words in (
        ("rest", "care.resting", _("%(title)s暂停了")),
        ("come_back", "care.back", _("%(title)s恢复了")),
        ("end", "care.ended", _("%(title)s结束了")),
    ):
        register(f"care.{verb}", NoticeKind(code, words, ("handler", "raised_by"), "%(note)s", params=with_note))


def register_all() -> None:
    registry.register(KIND)
    clocks.register(CareCall.matter_kind, *CALL_CLOCKS)
    clocks.register(CareTurn.matter_kind, *TURN_CLOCKS)
    clocks.register(CarePlan.matter_kind, *CARE_CLOCKS)
    clocks.RUNG_NAMES.update(
        {"neighbour": _("请邻居上门看看"), "worker": _("请网格员上门看看"), "leader": _("告诉网格长")}
    )
    register_notices()
    menu(
        "office", _("五个一助老"), icon="heart-handshake", url_name="care:board", order=17, section=_("事项"),
        allowed=visits_somewhere,
    )  # fmt: skip
