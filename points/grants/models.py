"""The same points for a whole group: proposed by one with a reason, approved by another, posted in one go."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import Step, verb
from community.core.workflow import NotNow, NotYours
from community.directory.models import User
from points import ledger
from points.apart import manages
from points.grants.people import Group, left_out, people_of
from points.grants.workflow import TONES, WORKFLOW, Status
from points.models.account import Kind, issuance, member
from points.models.posting import Line
from points.models.rule import MOST

if TYPE_CHECKING:
    from community.directory.models import Community


class GrantQuerySet(CaseQuerySet["Grant"]):
    """As awards: who is given what is read by those alone who keep the ledger; each reads their own line."""

    def visible_to(self, user: "User") -> Self:
        return self.filter(reach(user, Perm.MANAGE_POINTS).within(grid=None))

    def listed_for(self, user: "User") -> Self:
        return self.visible_to(user)

    def in_reach_of(self, user: "User", perm: Perm = Perm.MANAGE_POINTS) -> Self:
        return self.visible_to(user)


class Grant(Case):
    """``amount`` points for each of ``group`` in ``place``, the case's community. ``title`` says what for.

    Who belongs to the group is found on approval; who proposed and who approved are left out, with their households.
    """

    Status = Status
    matter_kind = "grant"
    number_prefix = "PF"
    workflow = WORKFLOW
    confidential = True
    raised_at_work = True

    place = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", editable=False)
    group = models.CharField(_("发给谁"), max_length=20, choices=Group.choices)
    amount = models.PositiveIntegerField(_("每人多少分"))
    is_underway = models.BooleanField(default=True, editable=False)

    objects: ClassVar = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("批量发放")
        verbose_name_plural = _("批量发放")
        constraints = [
            models.UniqueConstraint(
                fields=["place", "group"], condition=Q(is_underway=True), name="grant_one_at_a_time",
                violation_error_message=_("这些人已有一件批量发放待复核。"),
            ),
            models.CheckConstraint(
                condition=Q(amount__range=(1, MOST)), name="grant_amount",
                violation_error_message=_("每人 1 至 1000 分。"),
            ),
        ]  # fmt: skip

    @classmethod
    def propose(
        cls, *, by: "User", community: "Community", group: str, amount: int, words: str, note: str,
        now: datetime | None = None, request_key: UUID | None = None,
    ) -> "Grant":  # fmt: skip
        """The first of two people, with a reason. Raises NotYours, ValidationError, NotNow while another waits."""
        _check(by, community, group, amount, words, note, now or timezone.now())
        made = cls(
            community=community, place=community, group=group, amount=amount, title=words.strip()[:60], raised_by=by,
            request_key=request_key, channel=Case.Channel.DESK,
        )  # fmt: skip
        return made.opened("propose", by=by, now=now, note=note)

    @property
    def tone(self) -> str:
        return TONES[Status(self.status)]

    @property
    def line(self) -> dict[str, Any]:
        return super().line | {"kind": self.tone}

    def is_known_to(self, user: "User") -> bool:
        return manages(user, self.community_id)

    def on_step(self, step: Step) -> None:
        super().on_step(step)
        self.is_underway = self.status == Status.WAITING

    def people(self, day: Any, approver: "User | None" = None) -> "QuerySet[User]":
        """Who would get it on a day, if ``approver`` agreed."""
        return people_of(self.group, self.community_id, day).exclude(pk__in=left_out(self.raised_by, approver))

    def given(self) -> "QuerySet[Line]":
        return Line.objects.filter(posting__case=self.pk, account__kind=Kind.AVAILABLE)

    @property
    def receivers(self) -> list["User"]:
        """Who is told."""
        return list(User.objects.filter(pk__in=self.given().values("account__owner")).order_by("pk"))

    @verb
    def approve(self, step: Step) -> None:
        """The other of two people agrees: posted at once, a posting for each few thousand."""
        people = list(self.people(timezone.localdate(step.now), step.by).order_by("pk"))
        if not people:
            raise NotNow(_("现在没有人可发：名册里没有这些人的账号。"))
        self.handler, self.resolved_at = step.by, step.now
        step.data["people"] = len(people)
        ledger.post_many(
            [(member(user, self.community_id), self.amount) for user in people], against=issuance(self.community_id),
            key=f"grant:{self.number}", source=ledger.Source(self.title, self), now=step.now, by=step.by,
        )  # fmt: skip

    @verb
    def refuse(self, step: Step) -> None:
        if not step.note.strip():
            raise ValidationError({"note": _("请写明为什么不同意。")})
        self.handler = step.by

    @verb
    def withdraw(self, step: Step) -> None:
        """Whoever proposed it takes it back."""


def _check(
    by: "User", community: "Community", group: str, amount: int, words: str, note: str, now: datetime
) -> None:  # fmt: skip
    if not manages(by, community.pk):
        raise NotYours(_("您不能在这个社区发放积分。"))
    if group not in Group.values:
        raise ValidationError({"group": _("请选择发给谁。")})
    if type(amount) is not int or not 1 <= amount <= MOST:
        raise ValidationError({"amount": _("每人 1 至 1000 分。")})
    for field, said in (("words", words), ("note", note)):
        if not said.strip():
            raise ValidationError({field: _("请写事由。") if field == "words" else _("请写明理由。")})
    if not people_of(group, community.pk, timezone.localdate(now)).exclude(pk__in=left_out(by)).exists():
        raise ValidationError({"group": _("现在没有人可发：名册里没有这些人的账号。")})
    if Grant.objects.filter(place=community, group=group, is_underway=True).exists():
        raise NotNow(_("这些人已有一件批量发放待复核。"))
