"""Clocks, notices, kinds and menus of redemption; registered by ``apps.py``."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.cases import registry
from community.core.navigation import register
from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import Step
from community.notices import kinds
from community.notices.kinds import SMS, NoticeKind
from community.timers import clocks
from community.timers.clocks import RAISER, Clock, Rung
from points import closing
from points.redemption import draw, eligibility, workflow
from points.redemption.draw import PrizeDraw
from points.redemption.kind import DRAW, REDEMPTION
from points.redemption.leaving import settle_up
from points.redemption.redemption import Redemption

if TYPE_CHECKING:
    from community.directory.models import User

LADDER = (Rung("remind", Fraction(3, 4), (RAISER,), notice="redemption.remind"), Rung("due", verb="lapse"))


def runs_somewhere(user: "User") -> bool:
    return bool(reach(user, Perm.RUN_REDEMPTION).communities)


def register_all() -> None:
    eligibility.register_all()
    closing.on_closing(settle_up)
    registry.register(REDEMPTION)
    registry.register(DRAW)
    clocks.register(
        Redemption.matter_kind,
        Clock("collect", _("领取期限"), frozenset({workflow.Status.RESERVED}), ladder=LADDER,
              restarts=frozenset({"extend"}), until=lambda redemption: redemption.until),
    )  # fmt: skip
    clocks.register(
        PrizeDraw.matter_kind,
        Clock("draw", _("抽签时间"), frozenset({draw.Status.OPEN}), ladder=(Rung("due", verb="draw"),),
              until=lambda found: found.draws_at),
    )  # fmt: skip
    _register_notices()
    register(
        "office", _("积分兑换"), icon="gift", url_name="redemption:windows", order=61, section=_("积分"),
        allowed=runs_somewhere,
    )  # fmt: skip


def facts(step: Step) -> dict[str, Any]:
    matter: Any = step.matter
    until = timezone.localtime(matter.until).strftime("%m-%d %H:%M")
    return {**kinds.case_facts(step), "unit": matter.partner.name, "until": until, "note": step.note}


def with_note(step: Step) -> dict[str, Any]:
    return {**kinds.case_facts(step), "note": step.note}


def _register_notices() -> None:
    mine = ("raised_by",)
    kinds.register(
        "redemption.win",
        NoticeKind(
            "redemption.won", _("您抽中了：“%(title)s”"), mine, _("请在 %(until)s 前到%(unit)s出示领取码。"), (SMS,),
            params=facts,
        ),
    )  # fmt: skip
    kinds.register(
        "redemption.pass_on",
        NoticeKind(
            "redemption.passed_on", _("“%(title)s”转到您现在的账号了"), mine,
            _("两个账号已合并。请在 %(until)s 前到%(unit)s出示领取码。"), params=facts,
        ),
    )  # fmt: skip
    kinds.register(
        "redemption.collect",
        NoticeKind("redemption.collected", _("已领取：“%(title)s”"), mine, _("编号 %(number)s，积分已结算。")),
    )
    kinds.register(
        "redemption.extend",
        NoticeKind(
            "redemption.extended", _("领取时间改了：“%(title)s”"), mine, _("请在 %(until)s 前到%(unit)s出示领取码。"),
            params=facts,
        ),
    )  # fmt: skip
    kinds.register(
        "redemption.decline",
        NoticeKind(
            "redemption.declined", _("“%(title)s”未能提供，积分已退回"), mine, _("原因：%(note)s"), (SMS,),
            params=with_note,
        ),
    )  # fmt: skip
    kinds.register(
        "redemption.lapse",
        NoticeKind("redemption.lapsed", _("“%(title)s”逾期未领，积分已退回"), mine, _("编号 %(number)s。")),
    )
    kinds.register(
        "", NoticeKind("redemption.remind", _("记得去领：“%(title)s”"), body=_("最迟 %(due)s，过时积分自动退回。"))
    )
    kinds.register("draw.draw", NoticeKind("draw.drawn", _("“%(title)s”已开签"), ("entrants",)))
    kinds.register(
        "draw.call_off",
        NoticeKind(
            "draw.called_off", _("“%(title)s”已取消，积分已退回"), ("entrants",), _("原因：%(note)s"), params=with_note
        ),
    )
