"""银行流水: lines of a bank's file beside the books. One transfer may pay several vouchers, one voucher come in parts."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from points.fund.seeing import in_charge
from points.fund.voucher import Voucher

if TYPE_CHECKING:
    from community.directory.models import User


UNEXPLAINED = ~Q(matched=F("amount")) & Q(reason="")


class BankLineQuerySet(models.QuerySet["BankLine"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(in_charge(user))

    def unexplained(self) -> Self:
        """In the bank, but not in the books, or not all of it."""
        return self.filter(UNEXPLAINED)

    def explained(self) -> Self:
        return self.exclude(UNEXPLAINED)


class BankLine(models.Model):
    """``amount`` came in, or went out below zero; ``matched`` of it stands in the books (kept by the trigger that watches
    over its shares). ``nth`` counts lines that are alike in every column, so that a file imported twice adds nothing.
    ``reason`` says why the rest needs no voucher (a fee, cash paid in)."""

    community = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("社区"))
    day = models.DateField(_("交易日期"))
    amount = models.BigIntegerField(_("金额"))
    left = models.BigIntegerField(_("账户余额"), null=True)
    party = models.CharField(_("对方户名"), max_length=80, blank=True)
    words = models.CharField(_("摘要"), max_length=120, blank=True)
    reference = models.CharField(_("流水号"), max_length=60, blank=True)
    nth = models.PositiveSmallIntegerField(default=1)
    imported_at = models.DateTimeField(_("导入时间"))
    matched = models.BigIntegerField(_("已对上"), default=0, editable=False)
    aside_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("对账人")
    )
    aside_at = models.DateTimeField(_("对账时间"), null=True)
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
            models.CheckConstraint(
                condition=Q(amount__gt=0, matched__gte=0, matched__lte=F("amount"))
                | Q(amount__lt=0, matched__lte=0, matched__gte=F("amount")),
                name="bank_line_matched_within",
            ),
            models.CheckConstraint(condition=Q(reason="") | ~Q(matched=F("amount")), name="bank_line_rest_or_reason"),
            models.CheckConstraint(
                condition=Q(aside_at=None, aside_by=None, reason="") | Q(aside_at__isnull=False) & ~Q(reason=""),
                name="bank_line_aside_when",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["community", "-id"], name="bank_line_of_community"),
            models.Index(fields=["community", "amount", "day"], name="bank_line_by_amount"),
            models.Index(fields=["community", "-id"], condition=UNEXPLAINED, name="bank_line_unexplained"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.amount}"

    @property
    def rest(self) -> int:
        """What no voucher stands for."""
        return self.amount - self.matched

    @property
    def is_settled(self) -> bool:
        return not self.rest or bool(self.reason)


class BankShare(models.Model):
    """So much of a line is so much of a voucher. A trigger (``0022_bank_shares_guarded``) sees to it that the shares of
    neither go beyond it, whoever writes. It is never changed, only taken away again."""

    line = models.ForeignKey(BankLine, models.PROTECT, related_name="shares", verbose_name=_("银行流水"))
    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="bank_shares", verbose_name=_("基金凭证"))
    amount = models.BigIntegerField(_("金额"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("对账人")
    )
    at = models.DateTimeField(_("对账时间"))

    class Meta:
        verbose_name = _("对账明细")
        verbose_name_plural = _("对账明细")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "voucher"], name="bank_share_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="bank_share_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.line} · {self.amount}"
