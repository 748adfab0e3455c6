"""凭证: one line of the fund's books, as a resident may read it. It stands on a posting and is never changed."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from points.fund.fund import Fund
from points.fund.months import Month
from points.fund.seeing import in_charge
from points.models.posting import Posting

if TYPE_CHECKING:
    from community.directory.models import User


class Via(models.TextChoices):
    CASH = "cash", _("现金")
    BANK = "bank", _("银行转账")
    WECHAT = "wechat", _("微信")
    ALIPAY = "alipay", _("支付宝")


class Sort(models.TextChoices):
    DONATION = "donation", _("捐款")
    MATCH = "match", _("配比")
    FAIR = "fair", _("集市收入")
    OTHER = "other", _("其他收入")
    TRANSFER = "transfer", _("项目间调拨")
    SPENDING = "spending", _("支出")
    GOODS_IN = "goods_in", _("捐物")
    GOODS_OUT = "goods_out", _("物资发放")


INCOME = (Sort.DONATION, Sort.FAIR, Sort.OTHER)  # from outside
CASH = (*INCOME, Sort.SPENDING)  # what moved real money
GOODS = (Sort.GOODS_IN, Sort.GOODS_OUT)


class VoucherQuerySet(models.QuerySet["Voucher"]):
    def visible_to(self, user: "User") -> Self:
        """The accounts are open to everybody of the community, and to all where it publishes them."""
        published = Q(community__in=Fund.objects.filter(published=True).values("community"))
        if not user.is_authenticated:
            return self.filter(published)
        return self.filter(Q(community=user.community_id) | published | in_charge(user))


class Voucher(models.Model):
    """``amount`` goes into ``project`` (out of it, below zero), out of the pot ``other`` where it came from one.

    ``day`` is the day it counts for, which lies in ``month``. ``shown_name`` is the donor as they agreed to be named.
    What a posting moved of each project's money is what its vouchers say (deferred trigger). A reversal has the same
    sort and the opposite amount.
    """

    Sort = Sort
    Via = Via

    community = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("社区"))
    number = models.CharField(_("凭证号"), max_length=30, unique=True)
    sort = models.CharField(_("类别"), max_length=10, choices=Sort.choices)
    day = models.DateField(_("记账日"))
    month = models.ForeignKey(Month, models.PROTECT, related_name="vouchers", verbose_name=_("月份"))
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="vouchers", verbose_name=_("记账"))
    project = models.ForeignKey("points.Project", models.PROTECT, related_name="vouchers", verbose_name=_("项目"))
    other = models.ForeignKey("points.Project", models.PROTECT, null=True, related_name="+", verbose_name=_("转自"))
    amount = models.BigIntegerField(_("金额"))
    words = models.CharField(_("摘要"), max_length=120)
    case = models.ForeignKey("core.Case", models.PROTECT, null=True, related_name="vouchers", verbose_name=_("事项"))
    shown_name = models.CharField(_("公开的名字"), max_length=60, blank=True)
    via = models.CharField(_("方式"), max_length=8, choices=Via.choices, blank=True)
    reference = models.CharField(_("流水号或备注"), max_length=60, blank=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="reversed_by", verbose_name=_("冲正")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("经办人")
    )
    entered_at = models.DateTimeField(_("记录时间"))

    objects = VoucherQuerySet.as_manager()

    class Meta:
        verbose_name = _("基金凭证")
        verbose_name_plural = _("基金凭证")
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="voucher_moves_something"),
            models.CheckConstraint(
                condition=Q(sort__in=["match", "transfer"], other__isnull=False) & ~Q(other=F("project"))
                | ~Q(sort__in=["match", "transfer"]) & Q(other=None),
                name="voucher_from_a_pot",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-id"], name="voucher_of_community"),
            models.Index(fields=["community", "day"], name="voucher_by_day"),
            models.Index(fields=["community", "sort", "-id"], name="voucher_by_sort"),
            models.Index(fields=["project", "-id"], name="voucher_of_project"),
            models.Index(fields=["month", "-id"], name="voucher_of_month"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.told}"

    @property
    def told(self) -> str:
        """What for, in the reader's language."""
        words = gettext(self.words)
        return gettext("冲正：%(words)s") % {"words": words} if self.reverses_id else words

    @property
    def is_goods(self) -> bool:
        return self.sort in GOODS
