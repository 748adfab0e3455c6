"""The same points for a whole group: proposed by one with a reason, approved by another, posted in one go."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.verbs import Step
from community.core.workflow import NotNow, NotYours
from community.directory.models import User
from points import ledger
from points.apart import manages
from points.grants.people import Group, left_out, people_of
from points.grants.workflow import WORKFLOW, Status
from points.models.account import Kind, issuance, member
from points.models.posting import Line
from points.models.rule import MOST
from points.proposing.models import ProposalQuerySet, SingleProposal
from points.succession import successors

if TYPE_CHECKING:
    from community.directory.models import Community


class Grant(SingleProposal):
    """``amount`` points for each of ``group`` in ``place``, the case's community. ``title`` says what for.

    Who belongs to the group is found on approval; who proposed and who approved are left out, with their households.
    """

    Status = Status
    matter_kind = "grant"
    number_prefix = "PF"
    workflow = WORKFLOW

    place = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", editable=False)
    group = models.CharField(_("发给谁"), max_length=20, choices=Group.choices)
    amount = models.PositiveIntegerField(_("每人多少分"))

    objects: ClassVar = ProposalQuerySet.as_manager()

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

    def people(self, day: Any, approver: "User | None" = None) -> "QuerySet[User]":
        """Who would get it on a day, if ``approver`` agreed."""
        return people_of(self.group, self.community_id, day).exclude(pk__in=left_out(self.raised_by, approver))

    def given(self) -> "QuerySet[Line]":
        return Line.objects.filter(posting__case=self.pk, account__kind=Kind.AVAILABLE)

    @property
    def receivers(self) -> list["User"]:
        """Who is told."""
        return list(User.objects.filter(pk__in=self.given().values("account__owner")).order_by("pk"))

    def carry_out(self, step: Step) -> None:
        """Posted at once, a posting for each few thousand."""
        people = self._each_once(self.people(timezone.localdate(step.now), step.by), step.by)
        if not people:
            raise NotNow(_("现在没有人可发：名册里没有这些人的账号。"))
        step.data["people"] = len(people)
        ledger.post_many(
            [(member(user, self.community_id), self.amount) for user in people], against=issuance(self.community_id),
            key=f"grant:{self.number}", source=ledger.Source(self.title, self), now=step.now, by=step.by,
        )  # fmt: skip

    def _each_once(self, found: "Iterable[User]", approver: "User | None") -> list["User"]:
        """Two accounts of one person that have become one get it once, and that one may be who decides."""
        merged, out = successors([self.community_id]), left_out(self.raised_by, approver)
        people = {merged.get(user.pk, user) for user in found}
        return [user for user in people if user.is_active and user.pk not in out]


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
