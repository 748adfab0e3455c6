"""购物车 and checkout: from what somebody has chosen to reserved goods and held points, all or nothing, once."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community.core.workflow import MoveError
from points.redemption.offer import Offer
from points.redemption.redemption import Redemption, RedemptionLine

if TYPE_CHECKING:
    from community.directory.models import Dwelling, User


class Refused(MoveError):
    """It cannot be redeemed, and why, in words for the member."""


class CartLineQuerySet(models.QuerySet["CartLine"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(member=user)

    def shown(self) -> Self:
        return self.select_related("offer__window", "offer__partner").order_by("offer__partner", "offer")


class CartLine(models.Model):
    """Something chosen and not yet redeemed; it reserves nothing."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("居民"))
    offer = models.ForeignKey(Offer, models.CASCADE, related_name="+", verbose_name=_("兑换品"))
    quantity = models.PositiveSmallIntegerField(_("数量"), default=1)

    objects = CartLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("购物车")
        verbose_name_plural = _("购物车")
        constraints = [
            models.UniqueConstraint(fields=["member", "offer"], name="cart_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="cart_line_of_some"),
        ]

    def __str__(self) -> str:
        return f"{self.offer} × {self.quantity}"

    @property
    def points(self) -> int:
        return self.offer.price * self.quantity

    @classmethod
    def put(cls, offer: Offer, quantity: int, *, by: "User", now: datetime) -> None:
        """Put so many into the cart, none to take it out. Raises Refused."""
        if quantity < 1:
            cls.objects.filter(member=by, offer=offer).delete()
            return
        admit(offer, quantity, by, home_of(by), now)
        # One statement: two phones may fill one cart while a third empties it.
        line: Any = cls(member=by, offer=offer, quantity=quantity)
        cls.objects.bulk_create(
            [line], update_conflicts=True, unique_fields=["member", "offer"], update_fields=["quantity"]
        )


def home_of(user: "User") -> "Dwelling | None":
    return user.person.dwelling if user.person else None


def admit(offer: Offer, quantity: int, user: "User", home: "Dwelling | None", now: datetime) -> None:
    """Refuse what the offer does not allow this person; certain only while the offer's row is locked."""
    named = {"name": offer.name}
    if offer.by_draw:
        raise Refused(_("“%(name)s”要抽签，请到它的页面报名。") % named)
    refuse_if_not_meant(offer, user, now)
    if offer.withdrawn or offer.left < quantity:
        if offer.left and not offer.withdrawn:
            raise Refused(_("“%(name)s”只剩 %(left)s 份了，请改少一些。") % {**named, "left": offer.left})
        raise Refused(_("“%(name)s”已经兑完了，请从购物车里拿掉。") % named)
    refuse_beyond_limits(offer, quantity, user, home)


def refuse_if_not_meant(offer: Offer, user: "User", now: datetime) -> None:
    window = offer.window
    if window.cancelled_at is not None:
        raise Refused(_("%(window)s已经取消，没有兑换，您的积分没有动。") % {"window": window})
    if now < window.opens_at:
        raise Refused(_("%(window)s还没有开始。") % {"window": window})
    if now >= window.closes_at:
        raise Refused(_("%(window)s已经截止，没有兑换，您的积分没有动。") % {"window": window})
    if not offer.is_for(user, now):
        raise Refused(_("“%(name)s”是给%(whom)s的。") % {"name": offer.name, "whom": whom(offer)})


def whom(offer: Offer) -> str:
    return _("、").join(offer.meant_for) or str(_("本社区居民"))


def refuse_beyond_limits(offer: Offer, quantity: int, user: "User", home: "Dwelling | None") -> None:
    taken = RedemptionLine.objects.standing().filter(offer=offer)
    if taken.filter(member=user).quantity() + quantity > offer.per_person:
        raise Refused(_("“%(name)s”每人限兑 %(most)s 份。") % {"name": offer.name, "most": offer.per_person})
    if offer.per_household is None:
        return
    if home is None:
        raise Refused(_("“%(name)s”按户限兑，请先加入您的家。") % {"name": offer.name})
    if taken.filter(dwelling=home).quantity() + quantity > offer.per_household:
        raise Refused(_("“%(name)s”每户限兑 %(most)s 份。") % {"name": offer.name, "most": offer.per_household})


def check_out(*, by: "User", key: UUID, now: datetime, shown: int | None = None) -> list[Redemption]:
    """Redeem the whole cart, one redemption per partner unit. Raises Refused, NotEnough; then nothing has changed.

    With ``shown``, what the page said it would take: nobody pays another price than they have read.

    The same ``key`` again, also at the same moment, returns what the first made. Locks are taken in one order by
    everybody: cart, offers by id, serial number, ledger accounts.
    """
    with transaction.atomic():
        lines = list(CartLine.objects.filter(member=by).order_by("offer_id").select_for_update(of=("self",)))
        if done := list(Redemption.objects.filter(raised_by=by, checkout=key).order_by("pk")):
            return done
        if not lines:
            raise Refused(_("购物车是空的。"))
        offers = Offer.objects.locked([line.offer_id for line in lines])
        items = [(offers[line.offer_id], line.quantity) for line in lines]
        if shown is not None and shown != sum(offer.price * quantity for offer, quantity in items):
            raise Refused(_("购物车或价格刚刚变了，没有兑换；请核对后再确认。"))
        home = home_of(by)
        for offer, quantity in items:
            admit(offer, quantity, by, home, now)
            Offer.objects.filter(pk=offer.pk).update(left=F("left") - quantity)
        CartLine.objects.filter(pk__in=[line.pk for line in lines]).delete()
        return [
            Redemption.begin("reserve", part, raised_by=by, by=by, checkout=key, dwelling=home, now=now)
            for part in by_partner(items)
        ]


def by_partner(items: "Iterable[tuple[Offer, int]]") -> "list[list[tuple[Offer, int]]]":
    ordered = sorted(items, key=lambda item: (item[0].partner_id, item[0].pk))
    return [list(part) for _unit, part in groupby(ordered, key=lambda item: item[0].partner_id)]
