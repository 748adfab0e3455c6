"""Goods in kind: valued in cents, kept apart from money, and given out bit by bit."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from points import ledger
from points.fund.booking import Slip, Told, enter
from points.fund.donation import Donation
from points.fund.income import begin_for
from points.fund.project import Project
from points.fund.purses import of_fund
from points.fund.voucher import Sort, Voucher
from points.models.account import Kind
from points.models.posting import Posting

if TYPE_CHECKING:
    from community.directory.models import User


class GoodsIssue(models.Model):
    """So many of the goods went to a project, for a place or a group."""

    donation = models.ForeignKey(Donation, models.PROTECT, related_name="issues", verbose_name=_("捐赠"))
    project = models.ForeignKey(Project, models.PROTECT, related_name="+", verbose_name=_("项目"))
    quantity = models.PositiveIntegerField(_("数量"))
    whom = models.CharField(_("发给"), max_length=60)
    day = models.DateField(_("发放日期"))
    voucher = models.OneToOneField(Voucher, models.PROTECT, related_name="issue", verbose_name=_("凭证"))

    class Meta:
        verbose_name = _("物资发放")
        verbose_name_plural = _("物资发放")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(quantity__gte=1), name="issue_of_some")]

    def __str__(self) -> str:
        return f"{self.quantity} → {self.whom}"


def take_in(donation: Donation, key: str, told: Told) -> Posting:
    """What was given is in the store."""
    place, amount = donation.community_id, donation.amount
    begin_for(donation.project, told.day, told.now)
    entries = [(of_fund(place, Kind.GOODS_IN), -amount), (of_fund(place, Kind.GOODS), amount)]
    posting = ledger.post(entries, key=key, source=ledger.Source(told.words, donation), now=told.now, by=told.by)
    enter(posting, [Slip(Sort.GOODS_IN, donation.project, amount)], told)
    return posting


def hand_out(
    donation: Donation, project: Project, quantity: int, whom: str, day: date, *, by: "User | None", now: datetime
) -> None:
    """Called by the verb, which holds the donation's row."""
    left = donation.left or 0
    if type(quantity) is not int or not 0 < quantity <= left:
        raise ValidationError({"quantity": _("只剩 %(left)s，请填不超过它的数量。") % {"left": left}})
    if not whom.strip():
        raise ValidationError({"whom": _("请写明发给哪里或哪些人。")})
    place, amount = donation.community_id, quantity * (donation.unit_value or 0)
    begin_for(project, day, now)
    entries = [(of_fund(place, Kind.GOODS), -amount), (of_fund(place, Kind.GOODS_OUT), amount)]
    words, key = gettext_noop("发放捐赠物资"), f"donation:{donation.number}:left:{left}"
    posting = ledger.post(entries, key=key, source=ledger.Source(words, donation), now=now, by=by)
    told = Told(words, by, now, day, donation)
    voucher = enter(posting, [Slip(Sort.GOODS_OUT, project, -amount)], told)[0]
    GoodsIssue.objects.create(
        donation=donation, project=project, quantity=quantity, whom=whom.strip()[:60], day=day, voucher=voucher
    )
    donation.left = left - quantity
