"""跳蚤市场、公益市集: what their stalls took for the fund, entered by one person and signed for by another."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.perms import Perm
from community.core.verbs import Step, verb
from community.core.workflow import NotNow
from points import amounts
from points.fund import booking, matching
from points.fund.booking import Told
from points.fund.fair_workflow import TONES, WORKFLOW, Status
from points.fund.income import check_amount, refuse_closed, take_in
from points.fund.matching import MatchRule
from points.fund.project import Project
from points.fund.seeing import in_charge, works_with
from points.fund.voucher import Sort as VoucherSort
from points.fund.voucher import Via
from points.models.account import Asset, Kind
from points.models.posting import Posting

if TYPE_CHECKING:
    from community.directory.models import Community, User

MOST_STALLS = 200


class FairQuerySet(CaseQuerySet["Fair"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(Q(raised_by=user) | in_charge(user))

    def listed_for(self, user: "User") -> Self:
        return self.visible_to(user)

    def in_reach_of(self, user: "User", perm: Perm = Perm.RUN_FUND) -> Self:
        return self.filter(in_charge(user))


class Fair(Case):
    """Also other money that no donor gave, such as interest: a “stall” is then one entry of it."""

    class Sort(models.TextChoices):
        FLEA = "flea", _("跳蚤市场")
        CHARITY = "charity", _("公益市集")
        OTHER = "other", _("其他收入（利息等）")

    Status = Status
    matter_kind = "fair"
    number_prefix = "SR"
    workflow = WORKFLOW
    confidential = True
    raised_at_work = True

    sort = models.CharField(_("类别"), max_length=8, choices=Sort.choices, default=Sort.FLEA)
    day = models.DateField(_("哪一天"))
    place = models.CharField(_("地点"), max_length=60, blank=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="fairs", verbose_name=_("收入归哪个项目"))
    via = models.CharField(_("方式"), max_length=8, choices=Via.choices, default=Via.CASH)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人")
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("会签人")
    )
    total = models.BigIntegerField(_("合计"), default=0)
    rule = models.ForeignKey(MatchRule, models.PROTECT, null=True, related_name="+", verbose_name=_("配比规则"))
    match = models.BigIntegerField(_("配比"), default=0)
    posting = models.OneToOneField(Posting, models.PROTECT, null=True, related_name="+", editable=False)

    objects: ClassVar = FairQuerySet.as_manager()

    class Meta:
        verbose_name = _("集市")
        verbose_name_plural = _("集市")
        constraints = [
            models.CheckConstraint(condition=Q(total__gte=0, match__gte=0), name="fair_took_something"),
            models.CheckConstraint(
                condition=Q(signed_by=None, posting=None)
                | (Q(signed_by__isnull=False, posting__isnull=False) & ~Q(signed_by=models.F("counted_by"))),
                name="fair_signed_by_another",
            ),
        ]

    @classmethod
    def plan(
        cls, *, by: "User", community: "Community", title: str, sort: str, day: date, project: Project,
        place: str = "", via: str = Via.CASH, now: datetime | None = None, request_key: UUID | None = None,
    ) -> "Fair":  # fmt: skip
        if project.community_id != community.pk:
            raise ValidationError({"project": _("请选本社区的项目。")})
        refuse_closed(project)
        made = cls(
            community=community, title=title.strip()[:60], sort=sort, day=day, project=project, place=place.strip(),
            via=via, raised_by=by, request_key=request_key, channel=Case.Channel.DESK,
        )  # fmt: skip
        return made.opened("plan", by=by, now=now)

    @property
    def tone(self) -> str:
        return TONES[Status(self.status)]

    @property
    def opens_at(self) -> datetime:
        return self.raised_at

    @property
    def size(self) -> str:
        return amounts.size(Asset.CENTS, self.total)

    @property
    def line(self) -> dict[str, Any]:
        return super().line | {"kind": self.tone}

    def is_known_to(self, user: "User") -> bool:
        return works_with(user, self.community_id)

    @verb
    def take(self, step: Step, *, stall: str, amount: int) -> None:
        check_amount(amount)
        if self.stalls.count() >= MOST_STALLS:
            raise NotNow(_("摊位太多了，请另建一场。"))
        if not stall.strip():
            raise ValidationError({"stall": _("请写摊位名称。")})
        if self.stalls.filter(name=stall.strip()[:40]).exists():
            raise ValidationError({"stall": _("这个摊位已经登记过了。")})
        Stall.objects.create(fair=self, name=stall.strip()[:40], amount=amount, entered_by=step.by)
        self._sum()

    @verb
    def strike(self, step: Step, *, stall: int) -> None:
        """A wrong entry, before it is counted; the story keeps that there was one."""
        found = self.stalls.filter(pk=stall).first()
        if found is None:
            raise ValidationError({"stall": _("没有这个摊位。")})
        step.data |= {"stall": found.name, "amount": found.amount}
        found.delete()
        self._sum()

    @verb
    def count(self, step: Step) -> None:
        if not self.total:
            raise NotNow(_("还没有登记摊位的收入。"))
        self.counted_by = step.by

    @verb
    def sign(self, step: Step) -> None:
        """The second person; it is booked and matched now."""
        self.signed_by, self.resolved_at = step.by, step.now
        sort = VoucherSort.OTHER if self.sort == self.Sort.OTHER else VoucherSort.FAIR
        today = timezone.localdate(step.now)
        told = Told(self.title, step.by, step.now, min(self.day, today), self, via=self.via)
        self.posting, self.rule, self.match = take_in(
            self.project, self.total, sort, Kind.EARNED, f"fair:{self.number}", told
        )
        self.rule = self.rule if self.match else None

    @verb
    def send_back(self, step: Step) -> None:
        _needs_words(step)
        self.counted_by = None

    @verb
    def cancel(self, step: Step) -> None:
        """Nothing came of it."""

    @verb
    def reverse(self, step: Step) -> None:
        _needs_words(step)
        if self.posting is None or step.by is None:
            raise NotNow(_("这笔收入没有入账。"))
        booking.reverse(self.posting, by=step.by, case=self, now=step.now)
        matching.count(self.rule, -self.match)

    def _sum(self) -> None:
        self.total = int(self.stalls.aggregate(all=Sum("amount"))["all"] or 0)


class Stall(models.Model):
    fair = models.ForeignKey(Fair, models.PROTECT, related_name="stalls", verbose_name=_("集市"))
    name = models.CharField(_("摊位"), max_length=40)
    amount = models.BigIntegerField(_("收入"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人")
    )

    class Meta:
        verbose_name = _("摊位")
        verbose_name_plural = _("摊位")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["fair", "name"], name="stall_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="stall_took_something"),
        ]

    def __str__(self) -> str:
        return self.name


def _needs_words(step: Step) -> None:
    if not step.note.strip():
        raise ValidationError({"note": _("请写明理由。")})
