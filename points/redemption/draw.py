"""抽签: what too many want is drawn for, with a seed that was committed to before anybody entered."""

from collections.abc import Iterable
from copy import copy
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import UUID, uuid5

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.perms import Perm
from community.core.reach import reach
from community.core.rules import holds, the_clock
from community.core.verbs import Step, verb
from community.core.workflow import Move, NotNow, Waits, Workflow, sources
from points import ledger
from points.models.account import Account, Kind, member
from points.models.posting import Posting
from points.redemption import lots
from points.redemption.cart import Refused, home_of, refuse_beyond_limits, refuse_if_not_meant
from points.redemption.offer import Offer
from points.redemption.redemption import Redemption

if TYPE_CHECKING:
    from community.directory.models import Dwelling, User

CHECKOUTS = UUID("6d1f4a52-6f0e-4d0c-9d7a-0f2a5d1c9b11")


class Status(models.TextChoices):
    OPEN = "open", _("报名中")
    DRAWN = "drawn", _("已抽签")
    CALLED_OFF = "called_off", _("已取消")


WORKFLOW = Workflow(
    moves=(
        Move("announce", _("公布抽签"), holds(Perm.RUN_REDEMPTION), target=Status.OPEN, done=_("公布了抽签"), icon="gift"),
        Move("draw", _("抽签"), the_clock, sources(Status.OPEN), Status.DRAWN, done=_("抽签完成"), icon="confetti"),
        Move(
            "call_off", _("取消抽签"), holds(Perm.RUN_REDEMPTION), sources(Status.OPEN), Status.CALLED_OFF,
            done=_("取消了抽签，积分已退回"), tone="danger", icon="x",
        ),
    ),
    closed=sources(Status.DRAWN, Status.CALLED_OFF),
    waits={Status.OPEN: Waits(perm=Perm.RUN_REDEMPTION)},
)  # fmt: skip


class DrawQuerySet(CaseQuerySet["PrizeDraw"]):
    """Everybody in the community sees it and can check it, and who entered wherever they belong by now; no name stands
    in it.
    """

    def visible_to(self, user: "User") -> Self:
        units = reach(user, Perm.HAND_OUT).partner_units
        entered = DrawEntry.objects.standing().filter(member=user)
        mine = Q(community=user.community_id) | Q(offer__partner__in=units) | Q(pk__in=entered.values("draw"))
        return self.filter(mine | reach(user, Perm.RUN_REDEMPTION).within(grid=None))

    def listed_for(self, user: "User") -> Self:
        return self.visible_to(user)

    def in_reach_of(self, user: "User", perm: Perm = Perm.RUN_REDEMPTION) -> Self:
        return self.filter(reach(user, Perm.RUN_REDEMPTION).within(grid=None))


class PrizeDraw(Case):
    """``commitment`` is the SHA-256 of ``secret`` and public from the start; neither ever changes (trigger)."""

    Status = Status
    matter_kind = "draw"
    number_prefix = "CQ"
    workflow = WORKFLOW
    confidential = True
    raised_at_work = True

    offer = models.OneToOneField(Offer, models.PROTECT, related_name="draw", verbose_name=_("兑换品"))
    draws_at = models.DateTimeField(_("抽签时间"))
    secret = models.CharField(max_length=64, editable=False)
    commitment = models.CharField(_("种子的 SHA-256"), max_length=64, editable=False)

    objects: ClassVar = DrawQuerySet.as_manager()

    class Meta:
        verbose_name = _("抽签")
        verbose_name_plural = _("抽签")

    @classmethod
    def announce(cls, offer: Offer, draws_at: datetime, *, by: "User", now: datetime) -> "PrizeDraw":
        """Publish the draw and the hash of its seed. Raises ValidationError, NotYours."""
        window = offer.window
        if window.cancelled_at is not None:
            raise NotNow(_("这一期已经结束或取消，不能再改。"))
        if not max(now, window.opens_at) < draws_at <= window.closes_at:
            raise ValidationError({"draws_at": _("抽签时间要在兑换期内，并且晚于现在。")})
        secret = lots.new_seed()
        made = cls(
            community_id=window.community_id, offer=offer, draws_at=draws_at, raised_by=by, secret=secret,
            commitment=lots.digest(secret),
        )  # fmt: skip
        return made.opened("announce", by=by, now=now)

    titled_by = ("offer",)

    def titled(self) -> str:
        return gettext("抽签：%(name)s") % {"name": self.offer.name}

    @property
    def opens_at(self) -> datetime:
        return self.raised_at

    @property
    def seed(self) -> str:
        """Published once it has been drawn, never before."""
        return self.secret if self.status == Status.DRAWN else ""

    @property
    def entrants(self) -> "list[User]":
        """Who hears of it."""
        return [entry.member for entry in self.entries.standing().select_related("member").order_by("number")]

    @verb
    def draw(self, step: Step) -> None:
        """Find the winners; what they held pays their prize, everybody else gets theirs back.

        An account that was stopped meanwhile takes no part: nobody could collect with it.
        """
        offer = Offer.objects.locked([self.offer_id])[self.offer_id]
        self._take_accounts()
        for gone in self.entries.standing().filter(member__is_active=False).select_related("hold", "draw"):
            gone.withdraw(step.now)
        entries = list(self.entries.standing().select_related("member", "hold", "dwelling").order_by("number"))
        won = set(lots.winners([entry.number for entry in entries], self.secret, offer.left))
        Offer.objects.filter(pk=offer.pk).update(left=F("left") - len(won))
        self.resolved_at = step.now
        for entry in entries:
            entry.decide(offer, won=entry.number in won, now=step.now)

    @verb
    def call_off(self, step: Step) -> None:
        """It does not take place: everybody gets back what they held, and the offer leaves the shelf."""
        if not step.note.strip():
            raise ValidationError({"note": _("请写明理由。")})
        self._take_accounts()
        for entry in self.entries.standing().select_related("hold", "draw").order_by("number"):
            entry.give_back(gettext_noop("抽签取消退回"), step.now)
        Offer.objects.filter(pk=self.offer_id).update(withdrawn=True)

    def _take_accounts(self) -> None:
        """All entrants' before the first gets something back: everybody may be given points at this moment."""
        standing = self.entries.standing()
        holders = Account.objects.filter(lines__posting__in=standing.values("hold"), owner__isnull=False)
        people = {*standing.values_list("member", flat=True), *holders.values_list("owner", flat=True)}
        ledger.lock(self.community_id, (pk for pk in people if pk is not None))

    def enter(self, *, by: "User", now: datetime) -> "DrawEntry":
        """Take part, once; entering again returns the same entry. Raises Refused, NotEnough."""
        with transaction.atomic():
            self.lock()
            if known := self.entries.standing().filter(member=by).first():
                return known
            # Locked: nobody changes the terms while somebody enters on them.
            self.offer = Offer.objects.locked([self.offer_id])[self.offer_id]
            home = self._admit(by, now)
            last = self.entries.aggregate(last=Max("number"))["last"] or 0
            hold = self._hold(by, last + 1, now)
            return self.entries.create(number=last + 1, member=by, dwelling=home, hold=hold, entered_at=now)

    def _admit(self, by: "User", now: datetime) -> "Dwelling | None":
        offer = self.offer
        if self.status != Status.OPEN or now >= self.draws_at:
            raise NotNow(_("报名已经截止。"))
        refuse_if_not_meant(offer, by, now)
        home = home_of(by)
        refuse_beyond_limits(offer, 1, by, home)
        if offer.per_household and self.entries.standing().filter(dwelling=home).count() >= offer.per_household:
            raise Refused(_("“%(name)s”每户限报 %(most)s 份。") % {"name": offer.name, "most": offer.per_household})
        return home

    def withdraw(self, *, by: "User", now: datetime) -> None:
        """Out again, as long as it has not been drawn; what was held comes back. Raises NotNow."""
        with transaction.atomic():
            self.lock()
            entry = self.entries.standing().filter(member=by).select_related("hold", "draw").first()
            if entry is None:
                raise NotNow(_("您没有报名。"))
            if self.status != Status.OPEN or now >= self.draws_at:
                raise NotNow(_("已经截止，不能退出了。"))
            entry.withdraw(now)

    def drop(self, user: "User", now: datetime) -> None:
        """Who has left or died takes part no longer, at any time before it is drawn."""
        with transaction.atomic():
            self.lock()
            entry = self.entries.standing().filter(member=user).select_related("hold", "draw").first()
            if entry is not None and self.status == Status.OPEN:
                entry.withdraw(now)

    def pass_on(self, user: "User", to: "User", now: datetime) -> None:
        """Two accounts of one person become one: it has one chance, by the entry of either."""
        with transaction.atomic():
            self.lock()
            entry = self.entries.standing().filter(member=user).select_related("hold", "draw").first()
            if entry is None or self.status != Status.OPEN:
                return
            if self.entries.standing().filter(member=to).exists():
                entry.withdraw(now)
                return
            entry.member = to
            entry.save(update_fields=["member"])

    def _hold(self, by: "User", number: int, now: datetime) -> Posting | None:
        if not self.offer.price:
            return None
        key, source = f"draw:{self.number}:{by.pk}:{number}", ledger.Source(gettext_noop("抽签报名预留"), self)
        return ledger.hold(member(by, self.community_id), self.offer.price, key=key, source=source, now=now, by=by)

    def winning_numbers(self) -> list[int]:
        """In the order drawn; empty before."""
        numbers = self.entries.standing().values_list("number", flat=True)
        return lots.winners(numbers, self.secret, self.entries.filter(won=True).count()) if self.seed else []


class EntryQuerySet(models.QuerySet["DrawEntry"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class DrawEntry(models.Model):
    """One person's part in a draw, known to others by its number alone; a number that was withdrawn is not given again."""

    draw = models.ForeignKey(PrizeDraw, models.PROTECT, related_name="entries", verbose_name=_("抽签"), db_index=False)
    number = models.PositiveIntegerField(_("报名号"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("居民"))
    dwelling = models.ForeignKey("directory.Dwelling", models.PROTECT, null=True, related_name="+", db_index=False)
    hold = models.OneToOneField(Posting, models.PROTECT, null=True, editable=False, related_name="+")
    won = models.BooleanField(_("抽中"), null=True)
    entered_at = models.DateTimeField(_("报名时间"))
    withdrawn_at = models.DateTimeField(_("退出时间"), null=True, editable=False)

    objects: ClassVar = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("抽签报名")
        verbose_name_plural = _("抽签报名")
        constraints = [
            models.UniqueConstraint(fields=["draw", "number"], name="draw_number_once"),
            models.UniqueConstraint(
                fields=["draw", "member"], condition=Q(withdrawn_at=None), name="draw_entered_once"
            ),
            models.CheckConstraint(condition=Q(withdrawn_at=None) | Q(won=None), name="draw_withdrawn_wins_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    def decide(self, offer: Offer, *, won: bool, now: datetime) -> None:
        self.won = won
        self.save(update_fields=["won"])
        if not won:
            self.give_back(gettext_noop("未抽中退回"), now)
            return
        Redemption.begin(
            "win", [(self._as_entered(offer), 1)], raised_by=self.member, by=None, checkout=uuid5(CHECKOUTS, str(self.pk)),
            dwelling=self.dwelling, now=now, hold=self.hold,
        )  # fmt: skip

    def withdraw(self, now: datetime) -> None:
        """The caller holds the draw."""
        self.withdrawn_at = now
        self.save(update_fields=["withdrawn_at"])
        self.give_back(gettext_noop("退出抽签退回"), now)

    def _as_entered(self, offer: Offer) -> Offer:
        """The offer at what this entry holds for it: a prize costs neither more nor less."""
        found = copy(offer)
        found.price = self.hold.lines.get(account__kind=Kind.HELD).amount if self.hold else 0
        return found

    def give_back(self, words: str, now: datetime) -> None:
        if self.hold is not None and not self.hold.is_answered:
            source = ledger.Source(words, self.draw)
            ledger.release(
                self.hold, key=f"draw:{self.draw.number}:{self.member_id}:{self.number}:back", source=source, now=now
            )


def entered(draws: "Iterable[PrizeDraw]", user: "User") -> dict[int, DrawEntry]:
    """The person's own entries by draw."""
    return {entry.draw_id: entry for entry in DrawEntry.objects.standing().filter(draw__in=list(draws), member=user)}
