"""The life of a redemption: reserved, then collected, or everything goes back."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from community.core.rules import anyone, both, either, holds, is_raiser, the_clock
from community.core.workflow import Move, Waits, Workflow, sources

if TYPE_CHECKING:
    from community.directory.models import User


class Status(models.TextChoices):
    RESERVED = "reserved", _("待领取")
    COLLECTED = "collected", _("已领取")
    CANCELLED = "cancelled", _("已取消")
    DECLINED = "declined", _("未能提供")
    LAPSED = "lapsed", _("逾期未领")


def hands_out(user: "User | None", redemption: Any) -> bool:
    """The account of the partner unit that gives it."""
    return user is not None and redemption.partner_id in reach(user, Perm.HAND_OUT).partner_units


def not_own(user: "User | None", redemption: Any) -> bool:
    return user is not None and redemption.raised_by_id != user.pk


runs = holds(Perm.RUN_REDEMPTION)

WORKFLOW = Workflow(
    moves=(
        Move("reserve", _("兑换"), anyone, target=Status.RESERVED, done=_("兑换了，积分已预留"), icon="gift"),
        Move("win", _("抽中"), the_clock, target=Status.RESERVED, done=_("抽中了，积分已预留"), icon="confetti"),
        Move(
            "collect", _("确认领取"), both(hands_out, not_own), sources(Status.RESERVED), Status.COLLECTED,
            done=_("已领取，积分已结算"), tone="primary", icon="check",
        ),
        Move(
            "cancel", _("取消兑换"), is_raiser, sources(Status.RESERVED), Status.CANCELLED,
            done=_("取消了兑换，积分已退回"), tone="quiet", icon="arrow-back-up",
        ),
        Move(
            "void", _("随账户结清"), the_clock, sources(Status.RESERVED), Status.CANCELLED,
            done=_("账户办理了变更，兑换取消，积分已退回"), icon="arrow-back-up",
        ),
        Move(
            "pass_on", _("随账户合并转来"), the_clock, sources(Status.RESERVED),
            done=_("两个账号合并，改由现在的账号领取"), icon="arrows-exchange",
        ),
        Move(
            "decline", _("不能提供"), either(both(hands_out, not_own), both(runs, not_own)), sources(Status.RESERVED),
            Status.DECLINED, done=_("未能提供，积分已退回"), tone="danger", icon="x",
        ),
        Move(
            "extend", _("改领取时间"), the_clock, sources(Status.RESERVED), done=_("领取时间改了"), icon="calendar",
        ),
        Move(
            "lapse", _("逾期退回"), the_clock, sources(Status.RESERVED), Status.LAPSED,
            done=_("逾期未领，积分已退回"), icon="clock",
        ),
    ),
    closed=sources(Status.COLLECTED, Status.CANCELLED, Status.DECLINED, Status.LAPSED),
    waits={Status.RESERVED: Waits(user="raised_by")},
)  # fmt: skip

TONES = {
    Status.RESERVED: "waiting",
    Status.COLLECTED: "done",
    Status.CANCELLED: "paused",
    Status.DECLINED: "overdue",
    Status.LAPSED: "paused",
}
