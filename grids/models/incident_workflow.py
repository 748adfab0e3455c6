"""Through which states an incident goes, who may take it there, and for whom it waits."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import both, either, holds, is_handler, is_paused, is_raiser, is_running, the_clock
from community.core.workflow import Move, Waits, Workflow, sources
from grids.handling.rules import (
    answers_for_unit,
    approves,
    decides,
    dispatches,
    has_not_asked,
    is_disputable,
    leads_it,
    splits_parent,
    verifies,
    wants_longer,
    worked_on_it,
)

if TYPE_CHECKING:
    from community.directory.models import User
    from grids.models.incident import Incident

REOPEN_WITHIN = timedelta(days=15)


class Status(models.TextChoices):
    REPORTED = "reported", _("待响应")
    HANDLING = "handling", _("处理中")
    DISPUTED = "disputed", _("派单异议")
    RESOLVED = "resolved", _("待核查")
    VERIFIED = "verified", _("待评价")
    FOLLOW_UP = "follow_up", _("待回访")
    CLOSED = "closed", _("已结案")
    VOID = "void", _("已作废")


# Nobody has said yet that it is done.
AT_WORK = sources(Status.REPORTED, Status.HANDLING, Status.DISPUTED)
OPEN = sources(AT_WORK, Status.RESOLVED, Status.VERIFIED, Status.FOLLOW_UP)
ENDED = sources(Status.CLOSED, Status.VOID)

TONES = {
    Status.REPORTED: "waiting",
    Status.HANDLING: "info",
    Status.DISPUTED: "waiting",
    Status.RESOLVED: "waiting",
    Status.FOLLOW_UP: "waiting",
    Status.VERIFIED: "ontime",
    Status.CLOSED: "done",
    Status.VOID: "paused",
}


class Level(models.IntegerChoices):
    """Who has it now: dispatch carries it up, sending back carries it down again."""

    GRID = 0, _("网格")
    COMMUNITY = 1, _("社区")
    STREET = 2, _("街道")


# For whom an unanswered incident waits at each level, and who may take it there (or at any level above).
LEVEL_PERMS = {
    Level.GRID: Perm.HANDLE_INCIDENTS,
    Level.COMMUNITY: Perm.LEAD_COMMUNITY,
    Level.STREET: Perm.LEAD_STREET,
}


def lives_here(user: "User | None", incident: "Incident") -> bool:
    return user is not None and user.community_id == incident.community_id


def may_take(user: "User | None", incident: "Incident") -> bool:
    """Who works on incidents at its level or above it."""
    return any(holds(perm)(user, incident) for level, perm in LEVEL_PERMS.items() if level >= incident.level)


def own_finding(user: "User | None", incident: "Incident") -> bool:
    """Whoever reported it also handled it, as workers do on patrol."""
    return incident.raised_by_id == incident.handler_id


def neighbours_report(user: "User | None", incident: "Incident") -> bool:
    return not own_finding(user, incident)


def is_supporter(user: "User | None", incident: "Incident") -> bool:
    """Who told of it after somebody else."""
    return user is not None and user.pk in incident.said


def may_second(user: "User | None", incident: "Incident") -> bool:
    """Who meets it too: neighbours, and whoever walks there; once, and not who has it in hand."""
    here = lives_here(user, incident) and not holds(Perm.SEE_CASES)(user, incident)
    told = user is not None and (user.pk in incident.reporter_ids or user.pk == incident.handler_id)
    return (here or holds(Perm.PATROL)(user, incident)) and not told


def has_not_said(user: "User | None", incident: "Incident") -> bool:
    return user is not None and incident.said.get(user.pk) is None


def recently_closed(user: "User | None", incident: "Incident") -> bool:
    return incident.closed_at is None or timezone.now() <= incident.closed_at + REOPEN_WITHIN


works_here = either(holds(Perm.PATROL), holds(Perm.HANDLE_INCIDENTS))
takes = either(is_handler, may_take, answers_for_unit)

WORKFLOW = Workflow(
    moves=(
        Move(
            "report", _("上报事件"), either(lives_here, works_here), target=Status.REPORTED,
            done=_("上报了事件"), tone="primary", icon="flag",
        ),
        Move(
            "fix_on_spot", _("随手解决"), works_here, target=Status.CLOSED,
            done=_("发现后当场解决"), tone="primary", icon="circle-check",
        ),
        Move(
            "split_off", _("分出子事件"), either(splits_parent, works_here, dispatches), target=Status.REPORTED,
            done=_("由上级事件分出"), icon="copy",
        ),
        # Hand to hand: whoever signs is accountable until another signs.
        Move(
            "respond", _("我来处理"), takes, sources(Status.REPORTED), Status.HANDLING,
            done=_("已响应，开始处理"), tone="primary", icon="hand-stop",
        ),
        Move(
            "dispute", _("派单异议"), both(takes, is_disputable), sources(Status.REPORTED), Status.DISPUTED,
            done=_("提出派单异议"), tone="quiet", icon="arrow-back-up",
        ),
        Move(
            "uphold", _("异议成立，退回"), decides, sources(Status.DISPUTED), Status.REPORTED,
            done=_("异议成立，已退回派单人"), tone="primary", icon="arrow-back-up",
        ),
        Move(
            "overrule", _("异议不成立"), decides, sources(Status.DISPUTED), Status.REPORTED,
            done=_("异议不成立，仍由原单位承办"), icon="send",
        ),
        # The work itself
        Move(
            "resolve", _("处理完毕"), is_handler, sources(Status.HANDLING), Status.RESOLVED,
            done=_("处理完毕，等待核查"), tone="primary", icon="check",
        ),
        Move(
            "progress", _("记一笔进展"), worked_on_it, sources(Status.HANDLING), done=_("有了新进展"), icon="pencil",
        ),
        Move(
            "dispatch", _("派遣"), either(takes, dispatches), AT_WORK, Status.REPORTED,
            done=_("派遣了事件"), icon="send",
        ),
        Move(
            "transfer", _("转办"), leads_it, sources(Status.HANDLING), Status.REPORTED,
            done=_("转给同事办理"), icon="arrows-exchange", aside=True,
        ),
        Move(
            "call_in", _("请人协办"), leads_it, sources(Status.HANDLING), done=_("请人协办"), icon="user-plus",
            internal=True, aside=True,
        ),
        Move(
            "split", _("分出子事件"), leads_it, sources(Status.HANDLING), done=_("分出子事件"), icon="copy",
            internal=True, aside=True,
        ),
        Move(
            "recategorise", _("改类别"), either(takes, dispatches), OPEN, done=_("改了类别，时限重新计算"),
            icon="list-details", aside=True,
        ),
        Move(
            "grant_extension", _("同意延期"), both(approves, wants_longer), sources(Status.HANDLING),
            done=_("同意延期"), tone="primary", icon="calendar-event",
        ),
        Move(
            "refuse_extension", _("驳回延期"), both(approves, wants_longer), sources(Status.HANDLING),
            done=_("驳回了延期"), icon="x", internal=True,
        ),
        Move(
            "ask_extension", _("申请延期"), both(is_handler, has_not_asked), sources(Status.HANDLING),
            done=_("申请延期"), icon="calendar-event", internal=True, aside=True,
        ),
        Move(
            "pause", _("暂停计时"), both(is_running, leads_it), sources(Status.HANDLING),
            done=_("暂停计时"), icon="player-pause", aside=True,
        ),
        Move(
            "resume", _("恢复计时"), both(is_paused, either(leads_it, the_clock)), sources(Status.HANDLING),
            done=_("恢复计时"), icon="player-play",
        ),
        Move(
            "fall_to_leader", _("承办人离任，转给负责人"), the_clock, AT_WORK, Status.REPORTED,
            done=_("承办人已离任，转给负责人"), icon="users",
        ),
        Move(
            "answer_instead", _("首接负责人离任，由负责人接着负责"), the_clock, AT_WORK,
            done=_("首接负责人已离任，由负责人接着负责"), icon="users", internal=True,
        ),
        # The first key: somebody else has looked.
        Move(
            "verify", _("核查通过"), both(verifies, neighbours_report), sources(Status.RESOLVED), Status.VERIFIED,
            done=_("核查通过，等待评价"), tone="primary", icon="clipboard-check",
        ),
        # Nobody rates their own work: what a worker found and handled ends with the check.
        Move(
            "conclude", _("核查通过并结案"), both(verifies, own_finding), sources(Status.RESOLVED), Status.CLOSED,
            done=_("核查通过，结案"), tone="primary", icon="clipboard-check",
        ),
        Move(
            "reject", _("核查不通过"), verifies, sources(Status.RESOLVED), Status.HANDLING,
            done=_("核查不通过，继续处理"), tone="danger", icon="arrow-back-up",
        ),
        # The second key: its reporter's word. Silence closes as well, but some of it is looked into first.
        Move(
            "rate", _("评价"), is_raiser, sources(Status.VERIFIED, Status.FOLLOW_UP), Status.CLOSED,
            done=_("作出评价，结案"), tone="primary", icon="star",
        ),
        Move(
            "close_unrated", _("到期自动结案"), the_clock, sources(Status.VERIFIED), Status.CLOSED,
            done=_("核查通过后七天未收到评价，自动结案"), icon="clock",
        ),
        Move(
            "call_on", _("抽中回访"), the_clock, sources(Status.VERIFIED), Status.FOLLOW_UP,
            done=_("七天未收到评价，抽中回访"), icon="phone-call",
        ),
        Move(
            "follow_up", _("回访：已解决"), verifies, sources(Status.FOLLOW_UP), Status.CLOSED,
            done=_("已回访，确认解决，结案"), tone="primary", icon="phone-call",
        ),
        Move(
            "not_solved", _("回访：未解决"), verifies, sources(Status.FOLLOW_UP), Status.HANDLING,
            done=_("回访发现没有解决，重新处理"), tone="danger", icon="refresh",
        ),
        Move(
            "reopen", _("问题还在，请再处理"), both(either(is_raiser, is_supporter), recently_closed),
            sources(Status.VERIFIED, Status.FOLLOW_UP, Status.CLOSED), Status.HANDLING,
            done=_("反映问题还在，重新处理"), icon="refresh",
        ),
        Move(
            "void", _("作废"), dispatches, AT_WORK, Status.VOID,
            done=_("作废了事件"), tone="danger", icon="ban", aside=True,
        ),
        # One fix answers every reporter: who meets the same joins it, and says how it went as well.
        Move(
            "second", _("我也遇到"), may_second, sources(Status.REPORTED, Status.HANDLING),
            done=_("又有人反映了同样的问题"), tone="quiet", icon="user-plus", internal=True,
        ),
        Move(
            "say", _("说说结果"), both(is_supporter, has_not_said, recently_closed),
            sources(Status.VERIFIED, Status.CLOSED), done=_("一位共同反映人说了结果"), icon="star",
        ),
    ),
    closed=ENDED,
    waits={
        Status.REPORTED: Waits(user="handler", perm=Perm.HANDLE_INCIDENTS),
        Status.HANDLING: Waits(user="handler", perm=Perm.HANDLE_INCIDENTS),
        Status.DISPUTED: Waits(perm=Perm.DISPATCH_INCIDENTS),
        Status.RESOLVED: Waits(perm=Perm.VERIFY_INCIDENTS),
        Status.VERIFIED: Waits(user="raised_by"),
        Status.FOLLOW_UP: Waits(perm=Perm.VERIFY_INCIDENTS),
    },
)  # fmt: skip
