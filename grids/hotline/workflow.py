"""Through which states a hotline ticket goes (domain rules, section 2), and who may take it there."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import both, either, holds, is_handler, the_clock
from community.core.workflow import Move, Waits, Workflow, sources

if TYPE_CHECKING:
    from community.directory.models import User
    from grids.hotline.models import HotlineTicket


class Status(models.TextChoices):
    RECEIVED = "received", _("待受理")
    ACCEPTED = "accepted", _("待派单")
    DISPATCHED = "dispatched", _("待签收")
    HANDLING = "handling", _("办理中")
    REVIEW = "review", _("待审核")
    FOLLOW_UP = "follow_up", _("待回访")
    RATED = "rated", _("已评价")
    ARCHIVED = "archived", _("已归档")
    DISPUTED = "disputed", _("派单异议")
    EXTENDED = "extended", _("延期办理")
    REDO = "redo", _("退回重办")
    SUSPENDED = "suspended", _("挂账")
    REFUSED = "refused", _("不予受理")
    WITHDRAWN = "withdrawn", _("导入已撤销")


S = Status
# Until it is said to be done, the caller's five days run; on the books (挂账) they rest.
UNANSWERED = sources(S.RECEIVED, S.ACCEPTED, S.DISPATCHED, S.DISPUTED, S.HANDLING, S.EXTENDED, S.REDO)
AT_WORK = sources(S.HANDLING, S.EXTENDED, S.REDO)
CLOSED = sources(S.ARCHIVED, S.REFUSED, S.WITHDRAWN)
OPEN = sources(UNANSWERED, S.SUSPENDED, S.REVIEW, S.FOLLOW_UP, S.RATED)
LINKABLE = sources(OPEN, S.ARCHIVED)
# How far a ticket has come, so that an older export never takes it back.
FAR = {S.DISPATCHED: 1, S.HANDLING: 2, S.FOLLOW_UP: 3, S.RATED: 4, S.ARCHIVED: 5, S.REFUSED: 5}

TONES = {
    S.RECEIVED: "waiting", S.ACCEPTED: "waiting", S.DISPATCHED: "waiting", S.HANDLING: "info", S.REVIEW: "waiting",
    S.FOLLOW_UP: "waiting", S.RATED: "ontime", S.ARCHIVED: "done", S.DISPUTED: "soon", S.EXTENDED: "soon",
    S.REDO: "soon", S.SUSPENDED: "paused", S.REFUSED: "paused", S.WITHDRAWN: "paused",
}  # fmt: skip


def not_handler(user: "User | None", ticket: "HotlineTicket") -> bool:
    """Nobody checks their own work."""
    return not is_handler(user, ticket)


def not_called(user: "User | None", ticket: "HotlineTicket") -> bool:
    return ticket.responded_at is None


def is_linked(user: "User | None", ticket: "HotlineTicket") -> bool:
    return ticket.linked_incident_id is not None


def is_alone(user: "User | None", ticket: "HotlineTicket") -> bool:
    return ticket.linked_incident_id is None


desk = holds(Perm.DISPATCH_INCIDENTS)
signs = either(is_handler, holds(Perm.HANDLE_INCIDENTS))
works = either(is_handler, desk)

WORKFLOW = Workflow(
    moves=(
        Move("receive", _("登记来电"), desk, target=S.RECEIVED, done=_("来电登记"), icon="phone-call"),
        Move("import_new", _("从12345导入"), the_clock, target=S.DISPATCHED, done=_("来电，由12345转来"), icon="phone-call"),
        Move("accept", _("受理"), desk, sources(S.RECEIVED), S.ACCEPTED, done=_("受理"), tone="primary", icon="check"),
        Move(
            "refuse", _("不予受理"), desk, sources(S.RECEIVED, S.DISPATCHED), S.REFUSED,
            done=_("不予受理"), tone="danger", icon="circle-x",
        ),
        Move(
            "dispatch", _("派单"), desk, sources(S.ACCEPTED, S.DISPUTED, S.DISPATCHED), S.DISPATCHED,
            done=_("派单"), tone="primary", icon="send",
        ),
        Move("sign", _("签收"), signs, sources(S.DISPATCHED, S.REDO), S.HANDLING, done=_("签收"), tone="primary",
             icon="clipboard-check"),
        Move("dispute", _("派单异议"), signs, sources(S.DISPATCHED), S.DISPUTED, done=_("提出派单异议"), icon="hand-stop"),
        Move("call", _("登记首次联系"), both(works, not_called), AT_WORK, done=_("已联系来电人"), tone="primary", icon="phone"),
        Move("progress", _("登记进展"), works, AT_WORK, done=_("进展"), icon="message-dots"),
        Move("extend", _("延期"), desk, sources(S.HANDLING, S.EXTENDED, S.REDO), S.EXTENDED, done=_("延期办理"),
             icon="hourglass", aside=True),
        Move("suspend", _("挂账"), desk, AT_WORK, S.SUSPENDED, done=_("挂账"), icon="clock-pause", aside=True),
        Move("resume", _("恢复办理"), works, sources(S.SUSPENDED), S.HANDLING, done=_("恢复办理"), tone="primary",
             icon="player-play"),
        Move("resolve", _("办结"), works, AT_WORK, S.REVIEW, done=_("办结，报审核"), tone="primary", icon="check"),
        Move(
            "answer", _("随事件办结"), the_clock, UNANSWERED, S.REVIEW,
            done=_("同一问题的事件已处理，一并办结"), icon="link",
        ),
        Move(
            "approve", _("审核通过"), both(desk, not_handler), sources(S.REVIEW), S.FOLLOW_UP,
            done=_("审核通过"), tone="primary", icon="shield-check",
        ),
        Move("send_back", _("退回重办"), desk, sources(S.REVIEW, S.FOLLOW_UP, S.RATED), S.REDO, done=_("退回重办"),
             icon="arrow-back-up"),
        Move("follow_up", _("登记回访"), desk, sources(S.FOLLOW_UP), S.RATED, done=_("回访"), tone="primary",
             icon="phone-call"),
        Move("archive", _("归档"), desk, sources(S.RATED), S.ARCHIVED, done=_("归档"), tone="primary", icon="archive"),
        Move("link", _("关联事件"), both(works, is_alone), LINKABLE, done=_("关联了事件"), icon="link", aside=True),
        Move("unlink", _("取消关联"), both(works, is_linked), LINKABLE, done=_("取消关联事件"), icon="x", aside=True),
        Move("import_done", _("导入：已办结"), the_clock, OPEN, S.FOLLOW_UP, done=_("办结"), icon="check"),
        Move("import_rated", _("导入：已回访"), the_clock, OPEN, S.ARCHIVED, done=_("回访并归档"), icon="archive"),
        Move("import_change", _("导入：更新"), the_clock, sources(OPEN, CLOSED), done=_("按12345的新数据更新"), icon="refresh"),
        Move("withdraw_import", _("撤销导入"), the_clock, sources(OPEN, CLOSED), S.WITHDRAWN, done=_("导入已撤销"),
             icon="arrow-back-up"),
    ),
    closed=CLOSED,
    waits={
        S.RECEIVED: Waits(perm=Perm.DISPATCH_INCIDENTS),
        S.ACCEPTED: Waits(perm=Perm.DISPATCH_INCIDENTS),
        S.DISPATCHED: Waits("handler", Perm.HANDLE_INCIDENTS),
        S.DISPUTED: Waits(perm=Perm.DISPATCH_INCIDENTS),
        S.HANDLING: Waits("handler", Perm.HANDLE_INCIDENTS),
        S.EXTENDED: Waits("handler", Perm.HANDLE_INCIDENTS),
        S.REDO: Waits("handler", Perm.HANDLE_INCIDENTS),
        S.SUSPENDED: Waits(perm=Perm.DISPATCH_INCIDENTS),
        S.REVIEW: Waits(perm=Perm.DISPATCH_INCIDENTS),
        S.FOLLOW_UP: Waits(perm=Perm.DISPATCH_INCIDENTS),
        S.RATED: Waits(perm=Perm.DISPATCH_INCIDENTS),
    },
)  # fmt: skip
