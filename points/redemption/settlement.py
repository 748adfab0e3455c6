"""结算单: what of a partner unit's offers was collected in a window; partner and community both put their name to it."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import NotNow, NotYours
from points.redemption.offer import Offer
from points.redemption.redemption import RedemptionLine
from points.redemption.window import Window
from points.redemption.workflow import Status

if TYPE_CHECKING:
    from community.directory.models import User


class SettlementQuerySet(models.QuerySet["Settlement"]):
    def visible_to(self, user: "User") -> Self:
        mine = Q(partner__in=reach(user, Perm.HAND_OUT).partner_units)
        return self.filter(mine | reach(user, Perm.RUN_REDEMPTION).within("window__community", None))


class Settlement(models.Model):
    """Drawn up once per window and partner, when nothing is left to collect; its lines stay as they were then."""

    window = models.ForeignKey(Window, models.PROTECT, related_name="settlements", verbose_name=_("兑换期"))
    partner = models.ForeignKey(
        "directory.PartnerUnit", models.PROTECT, related_name="settlements", verbose_name=_("共建单位")
    )
    drawn_up_at = models.DateTimeField(_("出单时间"))
    partner_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("单位确认人")
    )
    partner_at = models.DateTimeField(_("单位确认时间"), null=True)
    community_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("社区确认人")
    )
    community_at = models.DateTimeField(_("社区确认时间"), null=True)

    objects = SettlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("结算单")
        verbose_name_plural = _("结算单")
        constraints = [
            models.UniqueConstraint(fields=["window", "partner"], name="settled_once"),
            models.CheckConstraint(
                condition=Q(partner_by=None, partner_at=None) | Q(partner_by__isnull=False, partner_at__isnull=False),
                name="settlement_partner_pair",
            ),
            models.CheckConstraint(
                condition=Q(community_by=None, community_at=None)
                | Q(community_by__isnull=False, community_at__isnull=False),
                name="settlement_community_pair",
            ),
            models.CheckConstraint(
                condition=Q(partner_by=None) | Q(community_by=None) | ~Q(partner_by=F("community_by")),
                name="settlement_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.window} · {self.partner}"

    @property
    def agreed(self) -> bool:
        return self.partner_at is not None and self.community_at is not None

    def sides_of(self, user: "User") -> list[str]:
        """For which sides that have not confirmed yet this person may."""
        speaks = self.partner_id in reach(user, Perm.HAND_OUT).partner_units
        runs = reach(user, Perm.RUN_REDEMPTION).covers(self.window.community_id)
        open_sides = [("partner", speaks, self.partner_at), ("community", runs, self.community_at)]
        other = {self.partner_by_id, self.community_by_id}
        return [side for side, may, done in open_sides if may and done is None and user.pk not in other]

    def confirm(self, side: str, *, by: "User", now: datetime) -> None:
        """Put one's name to it for one side. Raises NotYours; confirming twice is confirming once."""
        with transaction.atomic():
            self.refresh_from_db(from_queryset=type(self).objects.select_for_update())
            if getattr(self, f"{side}_by_id") == by.pk:
                return
            if side not in self.sides_of(by):
                raise NotYours(_("您不能确认这张结算单：双方各由一人确认。"))
            setattr(self, f"{side}_by", by)
            setattr(self, f"{side}_at", now)
            self.save(update_fields=[f"{side}_by", f"{side}_at"])

    def total(self) -> dict[str, int]:
        found = self.lines.aggregate(quantity=Sum("quantity"), points=Sum("points"))
        return {name: int(value or 0) for name, value in found.items()}


class SettlementLine(models.Model):
    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="lines", verbose_name=_("结算单"))
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="+", verbose_name=_("兑换品"))
    quantity = models.PositiveIntegerField(_("已领取"))
    points = models.PositiveBigIntegerField(_("积分"))

    class Meta:
        verbose_name = _("结算明细")
        verbose_name_plural = _("结算明细")
        ordering = ["offer"]
        constraints = [models.UniqueConstraint(fields=["settlement", "offer"], name="settlement_line_once")]

    def __str__(self) -> str:
        return f"{self.offer} × {self.quantity}"


def draw_up(window: Window, *, now: datetime) -> list[Settlement]:
    """The statements of every partner of a window; those that stand are left as they are. Raises NotNow."""
    if window.cancelled_at is not None:
        raise NotNow(_("这一期已经取消，没有要结算的。"))
    if now < window.collect_until or window.redemptions.filter(status=Status.RESERVED).exists():
        raise NotNow(_("领取还没有结束，结束后才能出结算单。"))
    with transaction.atomic():
        Window.objects.select_for_update().get(pk=window.pk)
        known = set(window.settlements.values_list("partner", flat=True))
        offers = window.offers.exclude(partner__in=known).order_by("partner", "pk")
        made = {pk: Settlement(window=window, partner_id=pk, drawn_up_at=now) for pk in {o.partner_id for o in offers}}
        Settlement.objects.bulk_create(made[pk] for pk in sorted(made))
        SettlementLine.objects.bulk_create(_line(made[offer.partner_id], offer) for offer in offers)
    return list(window.settlements.select_related("partner").order_by("partner"))


def _line(settlement: Settlement, offer: Offer) -> SettlementLine:
    collected = RedemptionLine.objects.filter(offer=offer, redemption__status=Status.COLLECTED)
    found = collected.aggregate(points=Sum(F("price") * F("quantity")), quantity=Sum("quantity"))
    return SettlementLine(
        settlement=settlement, offer=offer, quantity=found["quantity"] or 0, points=found["points"] or 0
    )
