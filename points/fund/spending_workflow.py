"""Through which states a spending goes: requested, approved by two others, paid with its receipt, checked."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import either, holds, is_raiser
from community.core.workflow import Move, Waits, Workflow, sources

if TYPE_CHECKING:
    from community.directory.models import User
    from points.fund.spending import Spending


class Status(models.TextChoices):
    REQUESTED = "requested", _("待初审")
    REVIEWED = "reviewed", _("待复审")
    APPROVED = "approved", _("待付款")
    PAID = "paid", _("待核票")
    CLOSED = "closed", _("已办结")
    REFUSED = "refused", _("未批准")
    CANCELLED = "cancelled", _("已取消")
    REVERSED = "reversed", _("已冲正")


TONES = {
    Status.REQUESTED: "waiting", Status.REVIEWED: "waiting", Status.APPROVED: "info", Status.PAID: "info",
    Status.CLOSED: "done", Status.REFUSED: "paused", Status.CANCELLED: "paused", Status.REVERSED: "paused",
}  # fmt: skip
keeps = holds(Perm.RUN_FUND)
may_approve = holds(Perm.APPROVE_FUND)


def reviews(user: "User | None", spending: "Spending") -> bool:
    """The first look: not by whoever asks."""
    return may_approve(user, spending) and user is not None and user.pk != spending.asked_by_id


def agrees(user: "User | None", spending: "Spending") -> bool:
    """The second: a third person."""
    return reviews(user, spending) and user is not None and user.pk != spending.first_by_id


def says_no(user: "User | None", spending: "Spending") -> bool:
    """Whoever could say yes now."""
    return agrees(user, spending) if spending.status == Status.REVIEWED else reviews(user, spending)


def checks(user: "User | None", spending: "Spending") -> bool:
    """Looks at the receipt: another than whoever paid."""
    working = keeps(user, spending) or may_approve(user, spending)
    return working and user is not None and user.pk != spending.paid_by_id


REQUESTED, REVIEWED, APPROVED, PAID = (
    sources(state) for state in (Status.REQUESTED, Status.REVIEWED, Status.APPROVED, Status.PAID)
)
WORKFLOW = Workflow(
    moves=(
        Move("request", _("申请支出"), keeps, target=Status.REQUESTED, done=_("申请支出，金额已从项目里预留"), icon="coin"),
        Move("review", _("初审同意"), reviews, REQUESTED, Status.REVIEWED, done=_("初审同意"), tone="primary", icon="check"),
        Move("approve", _("复审同意"), agrees, REVIEWED, Status.APPROVED, done=_("复审同意，可以付款"), tone="primary",
             icon="checklist"),
        Move("pay", _("付款并附票据"), keeps, APPROVED, Status.PAID, done=_("已付款，票据在附件里"), tone="primary",
             icon="send"),
        Move("close", _("核对票据，办结"), checks, PAID, Status.CLOSED, done=_("票据核对无误，办结"), tone="primary",
             icon="clipboard-check"),
        Move("refuse", _("不同意"), says_no, REQUESTED | REVIEWED, Status.REFUSED, done=_("不同意，预留已退回项目"),
             tone="danger", icon="x"),
        Move("cancel", _("取消申请"), either(is_raiser, keeps), REQUESTED | REVIEWED | APPROVED, Status.CANCELLED,
             done=_("取消了，预留已退回项目"), tone="quiet", icon="arrow-back-up", aside=True),
        Move("reverse", _("冲正"), checks, sources(Status.PAID, Status.CLOSED), Status.REVERSED,
             done=_("登记有误，已冲正，钱回到项目"), tone="danger", icon="arrow-back-up", aside=True),
    ),
    closed=sources(Status.CLOSED, Status.REFUSED, Status.CANCELLED, Status.REVERSED),
    waits={
        Status.REQUESTED: Waits(perm=Perm.APPROVE_FUND), Status.REVIEWED: Waits(perm=Perm.APPROVE_FUND),
        Status.APPROVED: Waits(perm=Perm.RUN_FUND), Status.PAID: Waits(perm=Perm.RUN_FUND),
    },
)  # fmt: skip
