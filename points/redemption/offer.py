"""兑换品: what a partner unit gives in a window, how many, for how much, and for whom."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from points.redemption import eligibility
from points.redemption.window import Window

if TYPE_CHECKING:
    from community.directory.models import User

MOST_POINTS = 100_000
MOST_STOCK = 1_000_000
# On these people enter a draw; while anybody takes part they stay (trigger).
TERMS = ("price", "per_person", "per_household", "for_whom")


class OfferQuerySet(models.QuerySet["Offer"]):
    def visible_to(self, user: "User") -> Self:
        """To whoever lives in the community, hands it out, or runs the community's redemption."""
        units = reach(user, Perm.HAND_OUT).partner_units
        mine = Q(window__community=user.community_id) | Q(partner__in=units)
        return self.filter(mine | reach(user, Perm.RUN_REDEMPTION).within("window__community", None))

    def locked(self, pks: "list[int]") -> "dict[int, Offer]":
        """Locked in the order of their ids until the transaction ends: whoever takes or gives back goes through here."""
        rows = self.filter(pk__in=pks).select_related("window", "partner").order_by("pk")
        return {offer.pk: offer for offer in rows.select_for_update(of=("self",), no_key=True)}

    def worth(self) -> int:
        """Points with which everything that is not yet collected could be taken."""
        offered = self.aggregate(worth=Sum((F("stock") - F("collected")) * F("price")))
        return int(offered["worth"] or 0)


class Offer(models.Model):
    """``left`` is what nobody has reserved, ``collected`` what has gone; the rest of ``stock`` is reserved.

    The three can never contradict each other (constraints), whoever writes. With ``by_draw`` it is not put into a cart
    but drawn for (``PrizeDraw``).
    """

    class Sort(models.TextChoices):
        GOODS = "goods", _("物品")
        SERVICE = "service", _("服务")
        PLACE = "place", _("场地")

    window = models.ForeignKey(Window, models.PROTECT, related_name="offers", verbose_name=_("兑换期"))
    partner = models.ForeignKey(
        "directory.PartnerUnit", models.PROTECT, related_name="offers", verbose_name=_("共建单位")
    )
    name = models.CharField(_("名称"), max_length=40)
    sort = models.CharField(_("类别"), max_length=8, choices=Sort.choices, default=Sort.GOODS)
    words = models.CharField(_("说明"), max_length=300, blank=True)
    where = models.CharField(_("领取地点"), max_length=80)
    price = models.PositiveIntegerField(_("所需积分"))
    stock = models.PositiveIntegerField(_("数量"))
    left = models.PositiveIntegerField(_("剩余"), editable=False)
    collected = models.PositiveIntegerField(_("已领取"), default=0, editable=False)
    per_person = models.PositiveSmallIntegerField(_("每人限兑"), default=1)
    per_household = models.PositiveSmallIntegerField(
        _("每户限兑"), null=True, blank=True, help_text=_("留空表示不按户限制。")
    )
    for_whom = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("面向"))
    by_draw = models.BooleanField(_("抽签"), default=False)
    withdrawn = models.BooleanField(_("已下架"), default=False)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("兑换品")
        verbose_name_plural = _("兑换品")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["window", "partner", "name"],
                name="offer_named_once",
                violation_error_message=_("这家单位在本期已有同名的兑换品。"),
            ),
            models.CheckConstraint(
                condition=Q(stock__gte=F("left") + F("collected")),
                name="offer_never_oversold",
                violation_error_message=_("数量不能少于已经兑换的。"),
            ),
            models.CheckConstraint(
                condition=Q(price__gte=1) | Q(by_draw=True),
                name="offer_has_a_price",
                violation_error_message=_("只有抽签的兑换品可以不要积分。"),
            ),
            models.CheckConstraint(
                condition=Q(price__lte=MOST_POINTS, stock__lte=MOST_STOCK, stock__gte=1),
                name="offer_in_bounds",
                violation_error_message=_("数量为 1 至 1000000，积分最多 100000。"),
            ),
            models.CheckConstraint(
                condition=Q(per_person__gte=1) & (Q(per_household=None) | Q(per_household__gte=1)),
                name="offer_limits",
                violation_error_message=_("限兑数量至少为 1。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        drawing = type(self).objects.filter(pk=self.pk, withdrawn=False, draw__status="open")
        if self.withdrawn and drawing.exists():
            raise ValidationError({"withdrawn": _("抽签还在报名，要下架请先取消抽签。")})

    @property
    def is_entered(self) -> bool:
        """Whether somebody takes part in its draw: its terms stand."""
        entries = Q(draw__entries__isnull=False, draw__entries__withdrawn_at=None)
        return type(self).objects.filter(entries, pk=self.pk).exists()

    @property
    def reserved(self) -> int:
        return self.stock - self.left - self.collected

    @property
    def meant_for(self) -> list[str]:
        return eligibility.labels(self.for_whom)

    def is_for(self, user: "User", now: datetime) -> bool:
        """Whether it is meant for this person; those who only look on (staff, other communities) redeem nothing."""
        return user.community_id == self.window.community_id and eligibility.meets(self.for_whom, user, now)
