"""支出: money of a project, held from the request on, approved by two others, paid against a receipt."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.perms import Perm
from community.core.verbs import Step, verb
from community.core.workflow import NotNow, NotYours
from points import amounts, ledger
from points.fund import booking
from points.fund.booking import Slip, Told, give_back_rest
from points.fund.fund import Fund
from points.fund.income import begin_for, check_amount, refuse_closed
from points.fund.project import Project
from points.fund.purses import balance, budget, spent
from points.fund.seeing import in_charge, runs, works_with
from points.fund.spending_workflow import TONES, WORKFLOW, Status
from points.fund.voucher import Sort, Via
from points.models.account import Asset
from points.models.posting import Posting

if TYPE_CHECKING:
    from community.core.photos import CleanPhoto
    from community.directory.models import User

KEY = "spending:%s"


class SpendingQuerySet(CaseQuerySet["Spending"]):
    """Whom something is paid to is for those who keep and check the fund; the books show everybody what it was for."""

    def visible_to(self, user: "User") -> Self:
        return self.filter(Q(raised_by=user) | in_charge(user))

    def listed_for(self, user: "User") -> Self:
        return self.visible_to(user)

    def in_reach_of(self, user: "User", perm: Perm = Perm.RUN_FUND) -> Self:
        return self.filter(in_charge(user))


class Spending(Case):
    """``hold`` reserves ``amount`` in the project; ``paid`` is what it really cost. ``asked_by`` repeats who raised it,
    for the constraint that three different people stand behind every payment."""

    Status = Status
    matter_kind = "spending"
    number_prefix = "ZC"
    workflow = WORKFLOW
    confidential = True
    raised_at_work = True

    project = models.ForeignKey(Project, models.PROTECT, related_name="spendings", verbose_name=_("项目"))
    amount = models.BigIntegerField(_("申请金额"))
    payee = models.CharField(_("付给谁"), max_length=60)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("申请人"))
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("初审")
    )
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("复审")
    )
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("付款人")
    )
    paid = models.BigIntegerField(_("实付金额"), null=True)
    paid_on = models.DateField(_("付款日期"), null=True)
    via = models.CharField(_("方式"), max_length=8, choices=Via.choices, blank=True)
    reference = models.CharField(_("流水号或备注"), max_length=60, blank=True)
    hold = models.OneToOneField(Posting, models.PROTECT, null=True, related_name="+", editable=False)
    posting = models.OneToOneField(Posting, models.PROTECT, null=True, related_name="+", editable=False)

    objects: ClassVar = SpendingQuerySet.as_manager()

    class Meta:
        verbose_name = _("基金支出")
        verbose_name_plural = _("基金支出")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="spending_of_something"),
            models.CheckConstraint(
                condition=(Q(first_by=None) | ~Q(first_by=F("asked_by")))
                & (
                    Q(second_by=None)
                    | (Q(first_by__isnull=False) & ~Q(second_by=F("asked_by")) & ~Q(second_by=F("first_by")))
                ),
                name="spending_by_three_people",
            ),
            models.CheckConstraint(
                condition=Q(paid=None, paid_by=None, paid_on=None, posting=None)
                | Q(
                    paid__gt=0,
                    paid__lte=F("amount"),
                    paid_by__isnull=False,
                    paid_on__isnull=False,
                    posting__isnull=False,
                    second_by__isnull=False,
                ),
                name="spending_paid_as_approved",
            ),
        ]
        indexes = [models.Index(fields=["project", "-case_ptr"], name="spending_of_project")]  # fmt: skip

    @classmethod
    def request(
        cls, *, by: "User", project: Project, amount: int, title: str, payee: str, note: str,
        now: datetime | None = None, request_key: UUID | None = None,
    ) -> "Spending":  # fmt: skip
        """The amount is held at once, so nobody can promise it twice. Raises NotYours, NotNow, ValidationError."""
        now = now or timezone.now()
        if not runs(by, project.community_id):
            raise NotYours(_("您不能为这个基金申请支出。"))
        check_amount(amount)
        made = cls(
            community=project.community, project=project, amount=amount, title=title.strip()[:60], payee=payee.strip(),
            asked_by=by, raised_by=by, request_key=request_key, channel=Case.Channel.DESK,
        )  # fmt: skip
        with transaction.atomic():
            made.opened("request", by=by, now=now, note=note)
            made._reserve(by, now)
            made.save(update_fields=["hold"])
        return made

    def _reserve(self, by: "User", now: datetime) -> None:
        Fund.objects.locked(self.community_id)
        self.project.refresh_from_db()
        refuse_closed(self.project)
        if self.project.sort == Project.Sort.MATCHING:
            raise ValidationError({"project": _("配比资金只用于配比，请另选项目。")})
        self._refuse_overspending()
        source = ledger.Source(gettext_noop("支出预留"), self)
        self.hold = ledger.hold(budget(self.project), self.amount, key=KEY % self.number, source=source, now=now, by=by)
        self.project.commit(self.amount)

    def _refuse_overspending(self) -> None:
        """In words, before the database refuses it."""
        free = balance(budget(self.project))
        if self.project.budget is not None:
            free = min(free, self.project.budget - self.project.committed)
        if self.amount > free:
            words = _("超过了这个项目还能用的 %(free)s。") % {"free": amounts.size(Asset.CENTS, free)}
            raise ValidationError({"amount": words})

    @property
    def tone(self) -> str:
        return TONES[Status(self.status)]

    @property
    def opens_at(self) -> datetime:
        return self.raised_at

    @property
    def size(self) -> str:
        return amounts.size(Asset.CENTS, self.amount if self.paid is None else self.paid)

    @property
    def line(self) -> dict[str, Any]:
        return super().line | {"kind": self.tone, "title": f"{self.title} · {self.size}"}

    def is_known_to(self, user: "User") -> bool:
        return works_with(user, self.community_id)

    @verb
    def review(self, step: Step) -> None:
        refuse_closed(self.project)
        self.first_by, self.responded_at = step.by, step.now

    @verb
    def approve(self, step: Step) -> None:
        refuse_closed(self.project)
        self.second_by = step.by

    @verb
    def pay(
        self, step: Step, *, amount: int, day: date, via: str, photos: "Sequence[CleanPhoto]", reference: str = ""
    ) -> None:
        """What it really cost, at most what was approved; the rest is the project's again."""
        if not photos:
            raise ValidationError({"photos": _("请附上票据的照片。")})
        if type(amount) is not int or not 0 < amount <= self.amount:
            size = amounts.size(Asset.CENTS, self.amount)
            raise ValidationError({"amount": _("实付金额要大于 0，且不超过批准的 %(size)s。") % {"size": size}})
        begin_for(self.project, day, step.now)
        self.keep(photos, "receipt")
        told = Told(self.title, step.by, step.now, day, self, via=via, reference=reference)
        self.posting = ledger.settle(
            self._held, [(spent(self.project), amount)], key=f"{KEY % self.number}:paid",
            source=ledger.Source(self.title, self), now=step.now, by=step.by,
        )  # fmt: skip
        booking.enter(self.posting, [Slip(Sort.SPENDING, self.project, -amount)], told)
        self.project.commit(amount - self.amount)
        self.paid, self.paid_by, self.paid_on, self.resolved_at = amount, step.by, day, step.now
        self.via, self.reference = via, reference

    @verb
    def close(self, step: Step) -> None:
        """The receipt agrees with what was paid."""

    @verb
    def refuse(self, step: Step) -> None:
        _needs_words(step)
        self._let_go(step, gettext_noop("未批准，退回项目"))

    @verb
    def cancel(self, step: Step) -> None:
        self._let_go(step, gettext_noop("取消支出，退回项目"))

    @verb
    def reverse(self, step: Step) -> None:
        """Entered in error, or the money came back. Raises NotYours to whoever paid."""
        _needs_words(step)
        if self.posting is None or self.paid is None or step.by is None:
            raise NotNow(_("这笔支出没有付款。"))
        booking.reverse(self.posting, by=step.by, case=self, now=step.now)
        self.project.commit(-self.paid)
        self._after_the_end(step)

    @property
    def _held(self) -> Posting:
        if self.hold is None:
            raise NotNow(_("这笔支出没有预留。"))
        return self.hold

    def _let_go(self, step: Step, words: str) -> None:
        Fund.objects.locked(self.community_id)
        ledger.release(
            self._held, key=f"{KEY % self.number}:released", source=ledger.Source(words, self), now=step.now, by=step.by
        )
        self.project.commit(-self.amount)
        self._after_the_end(step)

    def _after_the_end(self, step: Step) -> None:
        """What comes back to a project that has ended goes on to the fund at large."""
        self.project.refresh_from_db()
        if not self.project.is_open:
            give_back_rest(self.project, by=step.by, now=step.now)


def _needs_words(step: Step) -> None:
    if not step.note.strip():
        raise ValidationError({"note": _("请写明理由。")})
