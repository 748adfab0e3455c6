"""Through which states an incident goes, who may take it there, and for whom it waits."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import both, either, holds, is_handler, is_paused, is_raiser, is_running, the_clock
from community.core.workflow import Move, Waits, Workflow, sources

if TYPE_CHECKING:
    from community.directory.models import User
    from grids.models.incident import Incident

REOPEN_WITHIN = timedelta(days=15)


class Status(models.TextChoices):
    REPORTED = "reported", _("待响应")
    HANDLING = "handling", _("处理中")
    RESOLVED = "resolved", _("待核查")
    VERIFIED = "verified", _("待评价")
    CLOSED = "closed", _("已结案")
    VOID = "void", _("已作废")


OPEN = sources(Status.REPORTED, Status.HANDLING, Status.RESOLVED, Status.VERIFIED)
ENDED = sources(Status.CLOSED, Status.VOID)

TONES = {
    Status.REPORTED: "waiting",
    Status.HANDLING: "info",
    Status.RESOLVED: "waiting",
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


def not_handler(user: "User | None", incident: "Incident") -> bool:
    """Nobody checks their own work."""
    return not is_handler(user, incident)


def own_finding(user: "User | None", incident: "Incident") -> bool:
    """Whoever reported it also handled it, as workers do on patrol."""
    return incident.raised_by_id == incident.handler_id


def neighbours_report(user: "User | None", incident: "Incident") -> bool:
    return not own_finding(user, incident)


def was_dispatched(user: "User | None", incident: "Incident") -> bool:
    return incident.level > incident.first_level


def recently_closed(user: "User | None", incident: "Incident") -> bool:
    return incident.closed_at is None or timezone.now() <= incident.closed_at + REOPEN_WITHIN


works_here = either(holds(Perm.PATROL), holds(Perm.HANDLE_INCIDENTS))
takes = either(is_handler, may_take)
verifies = both(holds(Perm.VERIFY_INCIDENTS), not_handler)

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
            "respond", _("我来处理"), takes, sources(Status.REPORTED), Status.HANDLING,
            done=_("已响应，开始处理"), tone="primary", icon="hand-stop",
        ),
        Move("progress", _("记一笔进展"), is_handler, sources(Status.HANDLING), done=_("有了新进展"), icon="pencil"),
        Move(
            "resolve", _("处理完毕"), is_handler, sources(Status.HANDLING), Status.RESOLVED,
            done=_("处理完毕，等待核查"), tone="primary", icon="check",
        ),
        Move(
            "dispatch", _("派遣"), either(takes, holds(Perm.DISPATCH_INCIDENTS)),
            sources(Status.REPORTED, Status.HANDLING), Status.REPORTED, done=_("派遣了事件"), icon="send",
        ),
        Move(
            "send_back", _("退回派遣"), both(takes, was_dispatched), sources(Status.REPORTED), Status.REPORTED,
            done=_("退回了派遣"), tone="quiet", icon="arrow-back-up",
        ),
        Move(
            "pause", _("暂停计时"), both(is_running, either(is_handler, holds(Perm.DISPATCH_INCIDENTS))),
            sources(Status.HANDLING), done=_("暂停计时"), tone="quiet", icon="player-pause",
        ),
        Move(
            "resume", _("恢复计时"), both(is_paused, either(is_handler, holds(Perm.DISPATCH_INCIDENTS), the_clock)),
            sources(Status.HANDLING), done=_("恢复计时"), icon="player-play",
        ),
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
        Move(
            "rate", _("评价"), is_raiser, sources(Status.VERIFIED), Status.CLOSED,
            done=_("作出评价，结案"), tone="primary", icon="star",
        ),
        Move(
            "close_unrated", _("到期自动结案"), the_clock, sources(Status.VERIFIED), Status.CLOSED,
            done=_("核查通过后七天未收到评价，自动结案"), icon="clock",
        ),
        Move(
            "reopen", _("问题还在，请再处理"), both(is_raiser, recently_closed),
            sources(Status.VERIFIED, Status.CLOSED), Status.HANDLING,
            done=_("反映问题还在，重新处理"), icon="refresh",
        ),
        Move(
            "void", _("作废"), holds(Perm.DISPATCH_INCIDENTS), sources(Status.REPORTED, Status.HANDLING), Status.VOID,
            done=_("作废了事件"), tone="danger", icon="ban",
        ),
    ),
    closed=ENDED,
    waits={
        Status.REPORTED: Waits(user="handler", perm=Perm.HANDLE_INCIDENTS),
        Status.HANDLING: Waits(user="handler", perm=Perm.HANDLE_INCIDENTS),
        Status.RESOLVED: Waits(perm=Perm.VERIFY_INCIDENTS),
        Status.VERIFIED: Waits(user="raised_by"),
    },
)  # fmt: skip
