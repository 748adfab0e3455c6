"""What volunteers, organisers and the community are told."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.phrases import moment
from community.core.verbs import Step
from community.notices.kinds import SMS, NoticeKind, case_facts, register
from community.timers.clocks import HANDLER, RAISER
from points.teams import crediting, membership, places, team


def facts(step: Step) -> dict[str, Any]:
    activity: Any = step.matter
    return case_facts(step) | {"starts": activity.starts_at.isoformat(), "place": activity.place, "note": step.note}


def in_words(params: Any) -> dict[str, Any]:
    return {**params, "starts": moment(datetime.fromisoformat(params["starts"]))}


def with_hours(step: Step) -> dict[str, Any]:
    correction: Any = step.matter
    return case_facts(step) | {"before": correction.before, "after": correction.after, "note": step.note}


def hours_in_words(params: Any) -> dict[str, Any]:
    return {**params, **{name: crediting.size(params[name]) for name in ("before", "after")}}


PLANNED: dict[str, Any] = {"params": facts, "reading": in_words}
CORRECTED: dict[str, Any] = {"params": with_hours, "reading": hours_in_words}

ALONE = (
    team.LEADS, team.ENDED, membership.ASKED, membership.ADMITTED, membership.DECLINED, membership.REMOVED,
    membership.LEADERLESS, crediting.PROPOSED, crediting.RECORDED, places.MOVED_UP,
    NoticeKind("volunteering.remind", _("快到了：%(title)s"), body=_("%(due)s 开始。去不了请退出，让给候补的人。")),
)  # fmt: skip
OF_ACTIVITIES = {
    "announce": NoticeKind(
        "volunteering.announced", _("新活动：%(title)s"), ("crew",), _("%(starts)s，%(place)s。去不去由您定。"), **PLANNED
    ),
    "change": NoticeKind(
        "volunteering.changed", _("活动有变：%(title)s"), ("everybody",),
        _("现在是%(starts)s，%(place)s。去不了请退出。"), (SMS,), **PLANNED,
    ),
    "cancel": NoticeKind(
        "volunteering.cancelled", _("活动取消了：%(title)s"), ("everybody",), "%(note)s", (SMS,), params=facts
    ),
    "end": NoticeKind(
        "volunteering.ended", _("请报时长：%(title)s"), (HANDLER,), _("谁组织谁记录：三个工作日内报每个人的时长。")
    ),
    "object": NoticeKind("volunteering.objected", _("有人对时长有异议：%(title)s"), (HANDLER, "proposed_by")),
    "send_back": NoticeKind(
        "volunteering.sent_back", _("请重报时长：%(title)s"), (HANDLER,), "%(note)s", params=facts
    ),
}  # fmt: skip
OF_CORRECTIONS = {
    "ask": NoticeKind(
        "hours_correction.asked", _("有一笔时长更正待核实：%(title)s"), (Perm.RUN_VOLUNTEERS, "person"),
        "%(before)s → %(after)s", **CORRECTED,
    ),
    "agree": NoticeKind(
        "hours_correction.agreed", _("时长已更正：%(title)s"), (RAISER, "person"), "%(before)s → %(after)s %(note)s",
        **CORRECTED,
    ),
    "refuse": NoticeKind(
        "hours_correction.refused", _("时长没有更正：%(title)s"), (RAISER, "person"), "%(note)s", **CORRECTED
    ),
}  # fmt: skip


def register_all() -> None:
    register("", *ALONE)
    for kind, notices in (("volunteering", OF_ACTIVITIES), ("hours_correction", OF_CORRECTIONS)):
        for event, notice in notices.items():
            register(f"{kind}.{event}", notice)
