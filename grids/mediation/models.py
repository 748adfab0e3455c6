"""矛盾调解: a confidential file of a dispute, from 受理 to 结案, and the checks that its agreement holds."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import Step, verb
from community.core.workflow import NotNow
from grids.mediation.checks import AgreementCheck, plan_checks
from grids.mediation.parts import Meeting, Party
from grids.mediation.workflow import WORKFLOW, Status

if TYPE_CHECKING:
    from community.directory.models import Community, User


def seen_by(user: "User", handler: str = "handler") -> Q:
    """Files (or their checks) of a mediator's own or that nobody has yet, and all of them for who leads mediation."""
    mine = Q(**{handler: user}) | Q(**{handler: None})
    return reach(user, Perm.LEAD_MEDIATION).within() | reach(user, Perm.MEDIATE).within() & mine


class MediationQuerySet(CaseQuerySet["Mediation"]):
    """Confidential: whoever raised it, the grid and the street see nothing unless their post is mediation."""

    def visible_to(self, user: "User") -> Self:
        return self.filter(seen_by(user))

    def listed_for(self, user: "User") -> Self:
        return self.visible_to(user)

    def in_reach_of(self, user: "User", perm: Perm = Perm.LEAD_MEDIATION) -> Self:
        return self.filter(reach(user, Perm.LEAD_MEDIATION).within())


class Mediation(Case):
    """A dispute. It belongs to no grid on the spine, so that no grid's list, inbox or ladder ever names it."""

    class Matter(models.TextChoices):
        NEIGHBOURS = "neighbours", _("邻里关系")
        NOISE = "noise", _("噪声扰邻")
        LEAK = "leak", _("漏水损坏")
        FAMILY = "family", _("婚姻家庭")
        SUPPORT = "support", _("赡养抚养")
        PROPERTY = "property", _("物业服务")
        PARKING = "parking", _("停车占道")
        PETS = "pets", _("饲养宠物")
        MONEY = "money", _("债务赔偿")
        OTHER = "other", _("其他纠纷")

    Status = Status
    matter_kind = "mediation"
    number_prefix = "TJ"
    workflow = WORKFLOW
    confidential = True
    raised_at_work = True

    matter = models.CharField(_("纠纷类型"), max_length=12, choices=Matter.choices)
    account = models.TextField(_("纠纷概要"), max_length=4000)
    terms = models.TextField(_("协议内容"), max_length=8000, blank=True)
    agreed_on = models.DateField(_("协议日期"), null=True, blank=True)
    perform_by = models.DateField(_("履行期限"), null=True, blank=True)

    objects: ClassVar = MediationQuerySet.as_manager()

    class Meta:
        verbose_name = _("调解")
        verbose_name_plural = _("调解")
        constraints = [
            models.CheckConstraint(
                condition=Q(terms="", agreed_on=None) | Q(agreed_on__isnull=False) & ~Q(terms=""),
                name="mediation_agreed_pair",
            )
        ]

    def titled(self) -> str:
        return str(self.Matter(self.matter).label)

    @classmethod
    def accept(
        cls,
        *,
        by: "User",
        community: "Community",
        matter: str,
        account: str,
        parties: "Sequence[Party]",
        now: datetime | None = None,
        request_key: UUID | None = None,
    ) -> "Mediation":
        """Open a file with its parties. Raises NotYours, ValidationError without both sides."""
        if {party.side for party in parties} < {Party.Side.FIRST, Party.Side.SECOND}:
            raise ValidationError(_("请写明双方当事人。"))
        made = cls(
            community=community, matter=matter, account=account, raised_by=by, request_key=request_key,
            channel=Case.Channel.DESK,
        )  # fmt: skip
        with transaction.atomic():
            made.opened("accept", by=by, now=now)
            for party in parties:
                party.mediation = made
            Party.objects.bulk_create(parties)
        return made

    @property
    def checks(self) -> "Any":
        """Its checks, whatever became of them."""
        return AgreementCheck.objects.filter(about=self.pk).order_by("day", "pk")

    @property
    def tone(self) -> str:
        from grids.mediation.workflow import TONES

        return TONES[Status(self.status)]

    def is_known_to(self, user: "User") -> bool:
        """Everybody who sees the file works on it."""
        return type(self).objects.visible_to(user).filter(pk=self.pk).exists()

    @verb
    def take(self, step: Step) -> None:
        """A mediator begins."""
        self.handler = step.by
        self.responded_at = self.responded_at or step.now

    @verb
    def assign(self, step: Step, handler: "User") -> None:
        """The leader names the mediator, also when the one before has left the post."""
        if not reach(handler, Perm.MEDIATE).covers(self.community_id):
            raise ValidationError({"handler": _("此人不是本社区的调解员。")})
        self.handler = handler
        self.responded_at = self.responded_at or step.now
        self.checks.open().update(assignee=handler)

    @verb
    def add_party(self, step: Step, side: str, name: str, phone: str = "", address: str = "") -> None:
        """Somebody else turns out to be concerned."""
        Party.objects.create(mediation=self, side=side, name=name, phone=phone, address=address)

    @verb
    def record(
        self, step: Step, held_at: datetime, record: str, place: str = "", present: str = "", sensitive: str = ""
    ) -> None:
        """What was said at one meeting; ``sensitive`` is shown only with a reason."""
        if held_at > step.now:
            raise ValidationError({"held_at": _("调解时间不能晚于现在。")})
        Meeting.objects.create(
            mediation=self, held_at=held_at, place=place, present=present, record=record, sensitive=sensitive,
            written_by=step.by, written_at=step.now,
        )  # fmt: skip

    @verb
    def agree(self, step: Step, terms: str, perform_by: date | None = None) -> None:
        """Both sides agree of their own will."""
        if not terms.strip():
            raise ValidationError({"terms": _("请写明协议内容。")})
        today = timezone.localdate(step.now)
        if perform_by is not None and perform_by < today:
            raise ValidationError({"perform_by": _("履行期限不能早于今天。")})
        self.terms, self.agreed_on, self.perform_by = terms.strip(), today, perform_by
        self.resolved_at = step.now

    @verb
    def fail(self, step: Step) -> None:
        """No agreement; the note says which way the parties were shown."""
        self._needs_words(step)
        self.resolved_at = step.now

    @verb
    def visit(self, step: Step) -> None:
        """Somebody asked how it went on."""
        self._needs_words(step)

    @verb
    def close(self, step: Step) -> None:
        """The file is closed; an agreement is looked at twice more."""
        if self.agreed_on is not None:
            plan_checks(self, step.now)

    @verb
    def confirm(self, step: Step) -> None:
        """The check that is due finds that the agreement holds."""
        due = self.checks.open().filter(opens_at__lte=step.now).first()
        if due is None:
            raise NotNow(_("现在没有要确认的履约回访。"))
        due.answer(by=step.by, now=step.now, note=step.note, found=AgreementCheck.Found.HOLDS)

    @verb
    def reopen(self, step: Step) -> None:
        """The dispute is back: what was agreed no longer stands, and the checks still to come fall away."""
        self._needs_words(step)
        for check in self.checks.open():
            if check.opens_at <= step.now:
                check.answer(by=step.by, now=step.now, note=step.note, found=AgreementCheck.Found.BROKEN)
            else:
                check.call_off(by=step.by, now=step.now, note=step.note)
        if self.agreed_on is not None:
            step.data = {"terms": self.terms, "agreed_on": self.agreed_on.isoformat()}
        self.terms, self.agreed_on, self.perform_by, self.resolved_at = "", None, None, None

    @verb
    def withdraw(self, step: Step) -> None:
        """The parties no longer ask for mediation."""
        self._needs_words(step)

    @staticmethod
    def _needs_words(step: Step) -> None:
        if not step.note.strip():
            raise ValidationError({"note": _("请写明情况。")})


__all__ = ["AgreementCheck", "Mediation", "Meeting", "Party"]
