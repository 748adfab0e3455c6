"""银行流水: lines of a bank's file beside the books. A line belongs to one voucher at most, a voucher to one line."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from points.fund.seeing import in_charge
from points.fund.voucher import Voucher

if TYPE_CHECKING:
    from community.directory.models import User


class BankLineQuerySet(models.QuerySet["BankLine"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(in_charge(user))

    def unexplained(self) -> Self:
        """In the bank, but not in the books."""
        return self.filter(voucher=None, reason="")


class BankLine(models.Model):
    """``amount`` came in, or went out below zero. ``nth`` counts lines that are alike in every column, so that a file
    imported twice adds nothing. ``reason`` says why a line needs no voucher (a fee, cash paid in)."""

    community = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("社区"))
    day = models.DateField(_("交易日期"))
    amount = models.BigIntegerField(_("金额"))
    left = models.BigIntegerField(_("账户余额"), null=True)
    party = models.CharField(_("对方户名"), max_length=80, blank=True)
    words = models.CharField(_("摘要"), max_length=120, blank=True)
    reference = models.CharField(_("流水号"), max_length=60, blank=True)
    nth = models.PositiveSmallIntegerField(default=1)
    imported_at = models.DateTimeField(_("导入时间"))
    voucher = models.OneToOneField(
        Voucher, models.PROTECT, null=True, related_name="bank_line", verbose_name=_("对应凭证")
    )
    matched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("对账人")
    )
    matched_at = models.DateTimeField(_("对账时间"), null=True)
    reason = models.CharField(_("无需凭证的原因"), max_length=80, blank=True)

    objects = BankLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("银行流水")
        verbose_name_plural = _("银行流水")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "day", "amount", "reference", "party", "words", "left", "nth"],
                nulls_distinct=False, name="bank_line_once",
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="bank_line_moves_something"),
            models.CheckConstraint(condition=Q(voucher=None) | Q(reason=""), name="bank_line_voucher_or_reason"),
            models.CheckConstraint(
                condition=Q(matched_at=None, voucher=None, reason="")
                | Q(matched_at__isnull=False) & (Q(voucher__isnull=False) | ~Q(reason="")),
                name="bank_line_matched_when",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["community", "-id"], name="bank_line_of_community"),
            models.Index(fields=["community", "amount", "day"], name="bank_line_by_amount"),
            models.Index(
                fields=["community", "-id"], condition=Q(voucher=None, reason=""), name="bank_line_unexplained"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.amount}"
