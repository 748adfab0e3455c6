"""兑换单: what one member takes from one partner unit, paid with points that are held until it is collected."""

from collections.abc import Sequence
from datetime import datetime
from secrets import choice
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import Step, verb
from community.core.workflow import NotNow
from points import ledger
from points.models.account import Asset, Kind, Purse, member
from points.models.posting import Posting
from points.redemption.offer import Offer
from points.redemption.workflow import WORKFLOW, Status

if TYPE_CHECKING:
    from community.directory.models import Dwelling, User

# Without 0/O, 1/I/L and other pairs that are mistaken for each other when read out.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
TITLE = gettext_noop("兑换：%(names)s")


def new_code() -> str:
    return "".join(choice(LETTERS) for _nth in range(CODE_LENGTH))


def spent(community_id: int) -> Purse:
    """Where a community's redeemed points end."""
    return Purse(community_id, Kind.REDEEMED, Asset.POINTS)


class RedemptionQuerySet(CaseQuerySet["Redemption"]):
    """What somebody takes is theirs to tell: they, the partner unit and who runs the redemption see it."""

    def visible_to(self, user: "User") -> Self:
        units = reach(user, Perm.HAND_OUT).partner_units
        runs = reach(user, Perm.RUN_REDEMPTION).within(grid=None)
        return self.filter(Q(raised_by=user) | Q(partner__in=units) | runs)

    def at_counter_of(self, user: "User") -> Self:
        return self.filter(partner__in=reach(user, Perm.HAND_OUT).partner_units)

    def listed_for(self, user: "User") -> Self:
        return self.visible_to(user)

    def in_reach_of(self, user: "User", perm: Perm = Perm.RUN_REDEMPTION) -> Self:
        return self.filter(reach(user, Perm.RUN_REDEMPTION).within(grid=None))


class Redemption(Case):
    """``checkout`` names the click that made it, so that a second one makes nothing more; ``hold`` keeps its points."""

    Status = Status
    matter_kind = "redemption"
    number_prefix = "DH"
    workflow = WORKFLOW
    confidential = True

    window = models.ForeignKey("points.Window", models.PROTECT, related_name="redemptions", verbose_name=_("兑换期"))
    partner = models.ForeignKey(
        "directory.PartnerUnit", models.PROTECT, related_name="redemptions", verbose_name=_("共建单位")
    )
    dwelling = models.ForeignKey(
        "directory.Dwelling", models.PROTECT, null=True, related_name="+", verbose_name=_("房屋")
    )
    cost = models.PositiveIntegerField(_("积分"))
    hold = models.OneToOneField(Posting, models.PROTECT, null=True, editable=False, related_name="redemption")
    code = models.CharField(_("领取码"), max_length=CODE_LENGTH, unique=True, default=new_code, editable=False)
    checkout = models.UUIDField(editable=False)
    collected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("核销人")
    )

    objects: ClassVar = RedemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("兑换单")
        verbose_name_plural = _("兑换单")
        constraints = [models.UniqueConstraint(fields=["checkout", "partner"], name="checkout_once_per_partner")]
        indexes = [models.Index(fields=["partner", "-case_ptr"], name="redemption_of_partner")]

    @classmethod
    def begin(
        cls,
        opening: str,
        items: "Sequence[tuple[Offer, int]]",
        *,
        raised_by: "User",
        by: "User | None",
        checkout: UUID,
        dwelling: "Dwelling | None",
        now: datetime,
        hold: Posting | None = None,
    ) -> "Redemption":
        """One partner's part of a checkout, or a prize; the caller holds the offers' locks and has counted them down.

        ``hold`` is what a drawn entry has held already. Raises NotEnough.
        """
        first = items[0][0]
        cost = sum(offer.price * quantity for offer, quantity in items)
        made = cls(
            community_id=first.window.community_id, window=first.window, partner=first.partner, raised_by=raised_by,
            dwelling=dwelling, cost=cost, checkout=checkout, title=title_of(items),
        )  # fmt: skip
        made.opened(opening, by=by, now=now)
        RedemptionLine.objects.bulk_create(
            RedemptionLine(
                redemption=made, offer=offer, member=raised_by, dwelling=dwelling, quantity=quantity, price=offer.price
            )
            for offer, quantity in items
        )
        made._keep(hold or made._reserve(now))
        return made

    def titled(self) -> str:
        before, found, names = self.title.partition(TITLE % {"names": ""})
        return gettext(TITLE) % {"names": names} if found and not before else self.title

    def _reserve(self, now: datetime) -> Posting | None:
        if not self.cost or self.raised_by is None:
            return None
        source = ledger.Source(gettext_noop("兑换预留"), self)
        purse = member(self.raised_by, self.community_id)
        return ledger.hold(purse, self.cost, key=f"redeem:{self.number}", source=source, now=now, by=self.raised_by)

    def _keep(self, hold: Posting | None) -> None:
        if hold is not None:
            self.hold = hold
            type(self).objects.filter(pk=self.pk).update(hold=hold)

    @property
    def opens_at(self) -> datetime:
        return self.raised_at

    @property
    def until(self) -> datetime:
        return self.window.collect_until

    @property
    def shown_code(self) -> str:
        return f"{self.code[:4]} {self.code[4:]}"

    @verb
    def collect(self, step: Step, code: str = "") -> None:
        """The partner has handed it over, on sight of the member's code; the points are spent."""
        if plain(code) != self.code:
            raise ValidationError({"code": _("领取码不对，请居民再出示一次。")})
        if step.now > self.until:
            raise NotNow(_("领取期已过，积分会自动退回。"))
        for offer, quantity in self._locked():
            Offer.objects.filter(pk=offer.pk).update(collected=F("collected") + quantity)
        self.collected_by, self.responded_at, self.resolved_at = step.by, step.now, step.now
        if self.hold is not None:
            ledger.settle(
                self.hold, [(spent(self.community_id), self.cost)], key=f"redeem:{self.number}:collected",
                source=ledger.Source(gettext_noop("兑换领取"), self), now=step.now, by=step.by,
            )  # fmt: skip

    @verb
    def cancel(self, step: Step) -> None:
        """The member changes their mind."""
        self._give_back(step, gettext_noop("取消兑换退回"))

    @verb
    def void(self, step: Step) -> None:
        """The member has left or died: the goods are for others again."""
        self._give_back(step, gettext_noop("取消兑换退回"))

    @verb
    def pass_on(self, step: Step, *, to: "User") -> None:
        """The member's account was merged into another of theirs, which collects it; so it counts towards its limits."""
        self.raised_by = to
        self.lines.update(member=to)

    @verb
    def decline(self, step: Step) -> None:
        """The partner cannot give it after all."""
        if not step.note.strip():
            raise ValidationError({"note": _("请写明理由。")})
        self._give_back(step, gettext_noop("未能提供退回"))

    @verb
    def extend(self, step: Step) -> None:
        """The window's last day to collect has moved: its clock starts again."""

    @verb
    def lapse(self, step: Step) -> None:
        """Nobody came for it in time."""
        self._give_back(step, gettext_noop("逾期未领退回"))

    def _give_back(self, step: Step, words: str) -> None:
        """Stock first, then points: everybody takes these locks in this order."""
        for offer, quantity in self._locked():
            Offer.objects.filter(pk=offer.pk).update(left=F("left") + quantity)
        self.lines.update(returned=True)
        self.responded_at = step.now
        if self.hold is not None and not self.hold.is_answered:
            source = ledger.Source(words, self)
            ledger.release(self.hold, key=f"redeem:{self.number}:returned", source=source, now=step.now, by=step.by)

    def _locked(self) -> "list[tuple[Offer, int]]":
        quantities = dict(self.lines.values_list("offer_id", "quantity"))
        return [(offer, quantities[pk]) for pk, offer in Offer.objects.locked(list(quantities)).items()]


def plain(code: str) -> str:
    """A code as typed: small letters, spaces and dashes do no harm."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def title_of(items: "Sequence[tuple[Offer, int]]") -> str:
    """As the offers are called on the day; told anew of what stands here."""
    names = gettext("、").join(f"{offer.name}×{quantity}" if quantity > 1 else offer.name for offer, quantity in items)
    return TITLE % {"names": names if len(names) <= 80 else f"{names[:79]}…"}


class RedemptionLineQuerySet(models.QuerySet["RedemptionLine"]):
    def standing(self) -> Self:
        return self.filter(returned=False)

    def quantity(self) -> int:
        return int(self.aggregate(all=Sum("quantity"))["all"] or 0)


class RedemptionLine(models.Model):
    """How many of one offer, at the price of that moment; ``returned`` lines no longer count towards any limit."""

    redemption = models.ForeignKey(Redemption, models.PROTECT, related_name="lines", verbose_name=_("兑换单"))
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="lines", verbose_name=_("兑换品"), db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    dwelling = models.ForeignKey("directory.Dwelling", models.PROTECT, null=True, related_name="+", db_index=False)
    quantity = models.PositiveSmallIntegerField(_("数量"))
    price = models.PositiveIntegerField(_("所需积分"))
    returned = models.BooleanField(default=False)

    objects = RedemptionLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("兑换明细")
        verbose_name_plural = _("兑换明细")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["redemption", "offer"], name="line_once_per_offer"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="line_of_some"),
        ]
        indexes = [
            models.Index(fields=["offer", "member"], condition=Q(returned=False), name="redeemed_by_member"),
            models.Index(fields=["offer", "dwelling"], condition=Q(returned=False), name="redeemed_by_household"),
        ]

    def __str__(self) -> str:
        return f"{self.offer} × {self.quantity}"

    @property
    def points(self) -> int:
        return self.price * self.quantity
