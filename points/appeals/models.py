"""A member's appeal against a posting of their own account."""

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import Step, verb
from community.core.workflow import NotNow, NotYours
from points import ledger
from points.appeals.workflow import TONES, WORKFLOW, Status
from points.models.account import Asset, Kind, issuance, member
from points.models.posting import Line, Posting
from points.proposing.models import Proposal
from points.succession import now_of

if TYPE_CHECKING:
    from community.directory.models import User

MOST_GIVEN = 100  # more than a slip of the pen is an award, which two people decide
RIGHTED = gettext_noop("申诉成立")
ADDED = gettext_noop("申诉成立，补记")


class AppealQuerySet(CaseQuerySet["Appeal"]):
    """Confidential: between the member, who manages points, and the street."""

    def visible_to(self, user: "User") -> Self:
        return self.filter(Q(raised_by=user) | self._judged_by(user))

    def listed_for(self, user: "User") -> Self:
        return self.visible_to(user)

    def in_reach_of(self, user: "User", perm: Perm = Perm.MANAGE_POINTS) -> Self:
        return self.filter(self._judged_by(user))

    def _judged_by(self, user: "User") -> Q:
        perms = (Perm.MANAGE_POINTS, Perm.LEAD_STREET)
        return reach(user, perms[0]).within(grid=None) | reach(user, perms[1]).within(grid=None)


class Appeal(Case):
    """``posting`` is what the member disagrees with, ``outcome`` what was posted in answer.

    ``pending`` is the posting while the appeal is open, so that one posting has one open appeal.
    """

    Status = Status
    matter_kind = "appeal"
    number_prefix = "SS"
    workflow = WORKFLOW
    confidential = True

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="appeals", verbose_name=_("哪一笔账"))
    pending = models.OneToOneField(Posting, models.PROTECT, null=True, related_name="+", editable=False)
    outcome = models.OneToOneField(Posting, models.PROTECT, null=True, related_name="+", editable=False)
    words = models.TextField(_("申诉理由"), max_length=1000)

    objects: ClassVar = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("积分申诉")
        verbose_name_plural = _("积分申诉")

    @classmethod
    def lodge(
        cls, *, by: "User", posting: Posting, words: str, now: datetime | None = None, request_key: UUID | None = None
    ) -> "Appeal":
        """Raises NotYours, NotNow where one is open or the posting is undone already, ValidationError."""
        if not Line.objects.visible_to(by).filter(posting=posting).exists():
            raise NotYours(_("只能申诉自己账上的记录。"))
        if cls.objects.filter(pending=posting).exists():
            raise NotNow(_("这笔账已有一件申诉在办理。"))
        if Posting.objects.filter(answers=posting, kind=Posting.Kind.REVERSE).exists():
            raise NotNow(_("这笔账已经冲正过了。"))
        if not words.strip():
            raise ValidationError({"words": _("请写明哪里不对。")})
        appeal = cls(
            community_id=posting.community_id, posting=posting, pending=posting, words=words.strip(), raised_by=by,
            request_key=request_key,
        )  # fmt: skip
        return appeal.opened("lodge", by=by, now=now)

    titled_by = ("posting",)

    def titled(self) -> str:
        return self.posting.reason[:120]

    @property
    def tone(self) -> str:
        return TONES[Status(self.status)]

    @cached_property
    def involved(self) -> frozenset[int | None]:
        """Who had a part in the posting: whoever posted it, and whoever proposed and decided what it carries out."""
        award, case = getattr(self.posting, "award", None), self.posting.case
        decided = [award, case if case and issubclass(Case.kinds[case.kind], Proposal) else None]
        people = {person for one in decided if one for person in (one.raised_by_id, one.handler_id)}
        return frozenset({self.posting.by_id, *people} - {None})

    @cached_property
    def is_reversible(self) -> bool:
        """Points that the community gave to this member alone, or took from them.

        What is part of more (a whole group's, lapsed lots, an exchange, hours, a community divided) has ways of its own:
        undone here, it would take from others, or bring back what was spent.
        """
        lines = self.posting.lines.values_list("account__asset", "account__kind", "account__owner")[:3]
        alone = {(Asset.POINTS, Kind.AVAILABLE, self.raised_by_id), (Asset.POINTS, Kind.ISSUANCE, None)}
        return self.posting.kind == Posting.Kind.POST and set(lines) == alone

    def is_known_to(self, user: "User") -> bool:
        return type(self).objects.visible_to(user).filter(pk=self.pk).exists()

    @verb
    def undo(self, step: Step) -> None:
        """The posting was wrong: reverse the whole of it."""
        self._answered(step)
        self.outcome = ledger.reverse(
            self.posting, key=f"appeal:{self.number}", source=ledger.Source(RIGHTED, self), now=step.now,
            by=step.by,
        )  # fmt: skip

    @verb
    def give(self, step: Step, *, amount: int) -> None:
        """Something was left out: add it. The member asked and another agrees, so two people stand behind it."""
        if type(amount) is not int or not 0 < amount <= MOST_GIVEN:
            raise ValidationError({"amount": _("请填 1 到 %(most)s 之间的整数。") % {"most": MOST_GIVEN}})
        self._answered(step)
        asset = self.asset
        purse = member(self._appellant, self.community_id, asset)
        self.outcome = ledger.post(
            [(issuance(self.community_id, asset), -amount), (purse, amount)],
            key=f"appeal:{self.number}", source=ledger.Source(ADDED, self), now=step.now, by=step.by,
        )  # fmt: skip
        step.data["amount"] = amount

    @verb
    def uphold(self, step: Step) -> None:
        self._answered(step)

    @verb
    def withdraw(self, step: Step) -> None:
        self.pending = None

    def _answered(self, step: Step) -> None:
        if not step.note.strip():
            raise ValidationError({"note": _("请写明答复，申诉人会看到。")})
        self.handler, self.responded_at, self.resolved_at, self.pending = step.by, step.now, step.now, None

    @property
    def _appellant(self) -> "User":
        person = now_of(self.raised_by, self.community_id) if self.raised_by else None
        if person is None or not person.is_active:
            raise NotNow(_("这个账号已经停用，不能再记账。"))
        return person

    @property
    def line_of_posting(self) -> Line:
        """What the posting did to the member's own account."""
        lines = self.posting.lines.select_related("account").filter(account__owner=self.raised_by_id)
        return lines.order_by("account__kind").first() or Line()

    @property
    def asset(self) -> str:
        return self.line_of_posting.account.asset

    @property
    def line(self) -> dict[str, Any]:
        return super().line | {"kind": self.tone}
