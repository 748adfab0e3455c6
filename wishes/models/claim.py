"""Claims of wishes: one holder at a time, and a history of all."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from community.directory.models import User


class ClaimQuerySet(models.QuerySet["Claim"]):
    def running(self) -> Self:
        return self.filter(ended_at=None)

    def visible_to(self, user: "User") -> Self:
        return self.filter(claimer=user)


class Claim(models.Model):
    """认领: who took a wish on, alone or for a partner unit, and how it ended."""

    class Ending(models.TextChoices):
        FULFILLED = "fulfilled", _("已圆梦")
        GIVEN_BACK = "given_back", _("退回")
        TAKEN_BACK = "taken_back", _("收回")

    wish = models.ForeignKey("wishes.Wish", models.CASCADE, related_name="claims", verbose_name=_("心愿"))
    claimer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="claims", verbose_name=_("认领人")
    )
    partner_unit = models.ForeignKey(
        "directory.PartnerUnit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        verbose_name=_("共建单位"),
    )
    claimed_at = models.DateTimeField(_("认领时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    ending = models.CharField(_("结果"), max_length=12, choices=Ending.choices, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("认领")
        verbose_name_plural = _("认领")
        constraints = [
            models.UniqueConstraint(fields=["wish"], condition=Q(ended_at=None), name="claim_one_holder"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="") | (Q(ended_at__gte=F("claimed_at")) & ~Q(ending="")),
                name="claim_end_pair",
            ),
        ]
        indexes = [models.Index(fields=["claimer", "-id"], name="claim_of_person")]

    def __str__(self) -> str:
        return str(self.partner_unit or self.claimer)
