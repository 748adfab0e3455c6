"""States and moves of a mediation file (矛盾调解); only its mediator and who answers for mediation make them."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import both, either, holds, is_handler, the_clock
from community.core.workflow import Move, Waits, Workflow, sources
from community.duties.models import Occurrence

if TYPE_CHECKING:
    from community.directory.models import User


class Status(models.TextChoices):
    ACCEPTED = "accepted", _("已受理")
    MEDIATING = "mediating", _("调解中")
    AGREED = "agreed", _("达成协议")
    FAILED = "failed", _("未达成协议")
    VISITED = "visited", _("已回访")
    CLOSED = "closed", _("已结案")
    WITHDRAWN = "withdrawn", _("当事人撤回")


S = Status
TONES = {
    S.ACCEPTED: "waiting",
    S.MEDIATING: "info",
    S.AGREED: "ontime",
    S.FAILED: "paused",
    S.VISITED: "ontime",
    S.CLOSED: "done",
    S.WITHDRAWN: "paused",
}

mediates, leads = holds(Perm.MEDIATE), holds(Perm.LEAD_MEDIATION)
# Whoever has the file in hand; when their post has ended, the leader alone.
keeps = either(both(mediates, is_handler), leads)


def check_is_due(user: "User | None", mediation: Any) -> bool:
    return mediation.checks.open().filter(opens_at__lte=timezone.now()).exists()


WORKFLOW = Workflow(
    moves=(
        Move("accept", _("受理纠纷"), either(mediates, leads), target=S.ACCEPTED, done=_("受理了纠纷"), icon="scale"),
        Move(
            "take", _("我来调解"), mediates, sources(S.ACCEPTED), S.MEDIATING,
            done=_("开始调解"), tone="primary", icon="hand-stop",
        ),
        Move(
            "assign", _("指定调解员"), leads, sources(S.ACCEPTED, S.MEDIATING), S.MEDIATING,
            done=_("指定了调解员"), icon="user-check",
        ),
        Move("add_party", _("添加当事人"), keeps, sources(S.ACCEPTED, S.MEDIATING),
             done=_("添加了当事人"), icon="user-plus"),
        Move("record", _("写调解记录"), keeps, sources(S.MEDIATING), done=_("记录了一次调解"), icon="notebook"),
        Move(
            "agree", _("达成协议"), keeps, sources(S.MEDIATING), S.AGREED,
            done=_("达成协议"), tone="primary", icon="heart-handshake",
        ),
        Move("fail", _("未能达成"), keeps, sources(S.MEDIATING), S.FAILED, done=_("未能达成协议"), icon="circle-x"),
        Move(
            "visit", _("登记回访"), keeps, sources(S.AGREED, S.FAILED), S.VISITED,
            done=_("完成回访"), tone="primary", icon="phone-call",
        ),
        Move("close", _("结案"), keeps, sources(S.VISITED), S.CLOSED, done=_("结案"), tone="primary", icon="archive"),
        Move(
            "confirm", _("协议履行良好"), both(keeps, check_is_due), sources(S.CLOSED),
            done=_("确认协议履行良好"), tone="primary", icon="circle-check",
        ),
        Move("reopen", _("重新调解"), keeps, sources(S.CLOSED), S.MEDIATING, done=_("重新调解"), icon="rotate-clockwise"),
        Move(
            "withdraw", _("当事人撤回"), keeps, sources(S.ACCEPTED, S.MEDIATING), S.WITHDRAWN,
            done=_("当事人撤回"), tone="quiet", icon="arrow-back-up",
        ),
    ),
    closed=sources(S.CLOSED, S.WITHDRAWN),
    waits={
        S.ACCEPTED: Waits(perm=Perm.MEDIATE),
        S.MEDIATING: Waits(user="handler"),
        S.AGREED: Waits(user="handler"),
        S.FAILED: Waits(user="handler"),
        S.VISITED: Waits(user="handler"),
    },
)  # fmt: skip

# A check is answered through its file alone, so that the file's lock always comes first.
CHECKING = Workflow(
    moves=(
        Move("plan", _("安排履约回访"), the_clock, target=Occurrence.Status.PLANNED, done=_("安排了履约回访")),
        Move("answer", _("回访履约情况"), keeps, sources(Occurrence.Status.PLANNED), Occurrence.Status.DONE,
             done=_("完成履约回访"), icon="check"),
        Move("call_off", _("取消履约回访"), keeps, sources(Occurrence.Status.PLANNED), Occurrence.Status.CALLED_OFF,
             done=_("取消了履约回访"), icon="x"),
    ),
    closed=sources(Occurrence.Status.DONE, Occurrence.Status.CALLED_OFF),
)  # fmt: skip
