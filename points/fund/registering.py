"""Clocks, notices, kinds and menus of the fund; registered by ``apps.py``."""

from datetime import datetime, time, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.cases import registry
from community.core.models import Case
from community.core.navigation import register
from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import Step
from community.imports import sheets
from community.notices import kinds
from community.notices.duties import facts, register_moves
from community.notices.kinds import NoticeKind, case_facts
from community.timers import clocks
from community.timers.clocks import RAISER, WAITED_FOR, Clock, Rung
from community.timers.limits import Limit
from points import amounts
from points.fund import closing, donating, fair_workflow, spending_workflow
from points.fund.bank_file import BANK_FILE
from points.fund.closing import MonthClosing
from points.fund.kind import DONATION, FAIR, SPENDING
from points.models.account import Asset

if TYPE_CHECKING:
    from community.directory.models import User

D, S, F = donating.Status, spending_workflow.Status, fair_workflow.Status
# Our own proposals; money matters climb no higher than the community.
PLEDGED = Limit.days(30)
APPROVE, PAY, CHECK, COUNT = (Limit.working_days(days) for days in (3, 10, 5, 3))
LADDER = (
    Rung("remind", Fraction(1, 2), (WAITED_FOR,)),
    Rung("due", Fraction(1), (WAITED_FOR,), tier=Case.Tier.COMMUNITY),
)
CLOCKS = (
    Clock("review", _("初审"), frozenset({S.REQUESTED}), lambda it: APPROVE, LADDER),
    Clock("approve", _("复审"), frozenset({S.REVIEWED}), lambda it: APPROVE, LADDER),
    Clock("pay", _("付款"), frozenset({S.APPROVED}), lambda it: PAY, LADDER),
    Clock("check", _("核票"), frozenset({S.PAID}), lambda it: CHECK, LADDER),
)


def keeps(user: "User") -> bool:
    return bool(reach(user, Perm.RUN_FUND)) or bool(reach(user, Perm.APPROVE_FUND))


def counted_by(fair: Any) -> datetime:
    """Three days after the fair its stalls are in; one that is entered afterwards has as long from then on."""
    last = max(fair.day, timezone.localdate(fair.raised_at)) + timedelta(days=3)
    return datetime.combine(last, time(18), timezone.get_default_timezone())


def with_size(step: Step) -> dict[str, Any]:
    """Amounts as numbers, so that every reader gets them in their language."""
    matter: Any = step.matter
    amount = getattr(matter, "paid", None) or getattr(matter, "amount", 0)
    return case_facts(step) | {"cents": amount, "note": step.note}


def in_words(params: Any) -> dict[str, Any]:
    return dict(params) | {"size": amounts.size(Asset.CENTS, params["cents"])}


def register_all() -> None:
    for kind in (DONATION, SPENDING, FAIR):
        registry.register(kind)
    pledge = Clock("pledge", _("到账期限"), frozenset({D.PLEDGED}), lambda it: PLEDGED,
                   (Rung("remind", Fraction(1, 2), (RAISER,)), Rung("due", Fraction(1), verb="lapse")))  # fmt: skip
    clocks.register("donation", pledge)
    clocks.register("spending", *CLOCKS)
    counted = Clock("count", _("登记完"), frozenset({F.OPEN}), until=counted_by, ladder=LADDER)
    clocks.register("fair", counted, Clock("sign", _("会签"), frozenset({F.COUNTED}), lambda it: COUNT, LADDER))
    clocks.register(MonthClosing.matter_kind, *closing.CLOCKS)
    _register_notices()
    sheets.register(BANK_FILE)
    register("resident", _("公益基金"), icon="heart-handshake", url_name="fund:home", order=97)
    for label, icon, url_name, order in (
        (_("公益基金"), "heart-handshake", "fund:desk", 70),
        (_("捐赠"), "gift", "fund:donations", 71),
        (_("基金支出"), "coin", "fund:spendings", 72),
        (_("集市收入"), "shopping-bag", "fund:fairs", 73),
        (_("月结"), "book", "fund:months", 74),
        (_("银行对账"), "checklist", "fund:bank", 75),
    ):
        register("office", label, icon=icon, url_name=url_name, order=order, section=_("公益基金"), allowed=keeps)


FUND = (Perm.RUN_FUND, Perm.APPROVE_FUND)
# event, code, to whom, title, body
NOTICES: tuple[tuple[str, str, tuple[str, ...], Any, Any], ...] = (
    (
        "donation.enter",
        "donation.entered",
        ("donor",),
        _("收到您的捐赠，谢谢您"),
        _("编号 %(number)s，收据可以在捐赠页下载。"),
    ),
    (
        "donation.receive",
        "donation.received",
        ("donor",),
        _("收到您的捐赠，谢谢您"),
        _("编号 %(number)s，收据可以在捐赠页下载。"),
    ),
    ("donation.pledge", "donation.pledged", FUND[:1], _("有人认捐 %(size)s，请留意到账"), ""),
    ("donation.lapse", "donation.lapsed", ("raised_by",), _("您认捐的款三十天没有到账，已自动结束"), ""),
    (
        "donation.reverse",
        "donation.reversed",
        ("donor",),
        _("您的捐赠登记有误，已冲正"),
        _("编号 %(number)s，原因：%(note)s"),
    ),
    ("spending.request", "spending.asked", FUND[1:], _("基金支出 %(size)s 待初审：%(title)s"), ""),
    ("spending.review", "spending.reviewed", FUND[1:], _("基金支出 %(size)s 待复审：%(title)s"), ""),
    ("spending.approve", "spending.approved", ("raised_by",), _("已批准，可以付款：%(title)s"), ""),
    ("spending.pay", "spending.paid", FUND[1:], _("已付款 %(size)s，请核对票据：%(title)s"), ""),
    ("spending.refuse", "spending.refused", ("raised_by",), _("未批准：%(title)s"), "%(note)s"),
    ("fair.count", "fair.counted", FUND, _("请会签：%(title)s"), ""),
    ("fair.send_back", "fair.sent_back", ("raised_by",), _("数目不对，请重新登记：%(title)s"), "%(note)s"),
)


def _register_notices() -> None:
    for event, code, to, title, body in NOTICES:
        kinds.register(event, NoticeKind(code, title, to, body, params=with_size, reading=in_words))
    register_moves(MonthClosing.matter_kind)
    kinds.register(
        "",
        NoticeKind("month_closing.due", _("%(title)s，%(due)s 前办完"), body=_("先与银行对好账；一人制表，另一人复核。")),
        closing.PROPOSED, closing.RECALLED, closing.OUTDATED,
    )  # fmt: skip
    kinds.register(
        "month_closing.miss",
        NoticeKind("month_closing.missed", _("%(title)s，到期没有办"), ("assignee", FUND[0], Perm.LEAD_COMMUNITY),
                   _("这个月的账还开着，请尽快制表、复核。"), params=facts),
    )  # fmt: skip
