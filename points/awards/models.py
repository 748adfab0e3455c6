"""An award or a deduction that a person decides about."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import Step
from community.core.workflow import NotNow, NotYours
from points import ledger
from points.apart import manages, stands_apart
from points.awards.workflow import WORKFLOW, Status
from points.models.account import Account, Asset, issuance, member
from points.models.rule import MOST
from points.proposing.models import Proposal, ProposalQuerySet
from points.succession import now_of

if TYPE_CHECKING:
    from community.directory.models import Community, User
    from points.models.account import Purse
    from points.rulebook.judging import Verdict


class AwardQuerySet(ProposalQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Who manages points there; the member, once it is decided or where a rule held it back."""
        theirs = Q(member=user) & (Q(status=Status.POSTED) | ~Q(reason=Award.Reason.MANUAL))
        return self.filter(theirs | reach(user, Perm.MANAGE_POINTS).within(grid=None))


class Award(Proposal):
    """``amount`` is above zero for an award, below for a deduction; ``posting`` is what became of it.

    ``code`` and ``key`` are those of the rule that was held back: it posts by the same key, so it posts once. A deduction
    takes what is there and no more: nobody's points go below zero. ``place`` repeats the community, for the constraint.
    """

    class Reason(models.TextChoices):
        MANUAL = "manual", _("人工提出")
        HOUSEHOLD = "household", _("与提出人是一家人")
        RECIPROCAL = "reciprocal", _("近期互相评价")
        ABOVE = "above", _("超过审批额度")

    Status = Status
    matter_kind = "award"
    number_prefix = "JC"
    workflow = WORKFLOW

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("成员"))
    asset = models.CharField(_("资产"), max_length=8, choices=Asset.choices[:2], default=Asset.POINTS)
    amount = models.IntegerField(_("数额"))
    reason = models.CharField(_("为何复核"), max_length=12, choices=Reason.choices, default=Reason.MANUAL)
    code = models.SlugField(_("规则代码"), max_length=40, blank=True)
    key = models.CharField(max_length=120, blank=True, editable=False)
    about = models.ForeignKey(
        "core.Case", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("相关事项")
    )
    posting = models.OneToOneField("points.Posting", models.PROTECT, null=True, related_name="award", editable=False)
    place = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", editable=False)

    objects: ClassVar = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("积分奖惩")
        verbose_name_plural = _("积分奖惩")
        constraints = [
            models.UniqueConstraint(fields=["place", "key"], condition=~Q(key=""), name="award_once_per_event"),
            models.CheckConstraint(condition=~Q(amount=0), name="award_moves_something"),
            models.CheckConstraint(
                condition=Q(reason="manual", key="") | (~Q(reason="manual") & ~Q(key="") & Q(amount__gt=0)),
                name="award_of_a_rule_has_its_key",
            ),
            models.CheckConstraint(
                condition=~Q(reason="manual") | Q(amount__range=(-MOST, MOST)), name="award_by_hand_is_limited"
            ),
        ]
        indexes = [models.Index(fields=["member", "-case_ptr"], name="award_of_member")]

    @classmethod
    def hold_back(cls, verdict: "Verdict", reason: str) -> "Award":
        """Called by the rules: what one of them would give waits for somebody to look."""
        happening, rule = verdict.happening, verdict.rule
        award = cls(
            community_id=happening.community_id, place_id=happening.community_id, member=verdict.person,
            asset=rule.asset, amount=verdict.amount, reason=reason, code=rule.code, key=verdict.key,
            about_id=happening.case.pk if happening.case else None, title=rule.name,
        )  # fmt: skip
        return award.opened("hold", by=None, now=happening.at)

    @classmethod
    def propose(
        cls,
        *,
        by: "User",
        community: "Community",
        member: "User",
        amount: int,
        words: str,
        note: str,
        now: datetime | None = None,
        request_key: UUID | None = None,
    ) -> "Award":
        """One of two people proposes, with a reason. Raises NotYours, ValidationError."""
        _check(by, community, member, amount, note)
        award = cls(
            community=community, place=community, member=member, amount=amount, title=words.strip()[:60],
            raised_by=by, request_key=request_key, channel=Case.Channel.DESK,
        )  # fmt: skip
        return award.opened("propose", by=by, now=now, note=note)

    def titled(self) -> str:
        """Names of rules are the hub's words until a community writes its own; a reason given by hand is nobody else's."""
        return self.title if self.reason == self.Reason.MANUAL else gettext(self.title)

    @property
    def line(self) -> dict[str, Any]:
        return super().line | {"title": f"{self.member} · {self.shown_title}"}

    def is_known_to(self, user: "User") -> bool:
        return user.pk == self.member_id or super().is_known_to(user)

    def carry_out(self, step: Step) -> None:
        person = now_of(self.member, self.community_id)
        if not person.is_active:
            raise NotNow(_("这个账号已经停用，不能再记账。"))
        purse = member(person, self.community_id, self.asset)
        amount = self._possible(purse)
        self.posting = ledger.post(
            [(issuance(self.community_id, self.asset), -amount), (purse, amount)],
            key=self.key or f"award:{self.number}",
            source=ledger.Source(self.title, self),
            now=step.now,
            by=step.by,
        )
        step.data["amount"] = amount

    def _possible(self, purse: "Purse") -> int:
        """A deduction takes what is free at most; both accounts stay locked until it is posted, in the order of postings."""
        if self.amount > 0:
            return self.amount
        both = Account.objects.named([purse, issuance(self.community_id, self.asset)])
        locked = both.order_by("pk").select_for_update(no_key=True)
        free = sum(account.balance for account in locked if account.purse == purse)
        if free == 0:
            raise NotNow(_("对方可用积分为 0，没有可扣的分。"))
        return -min(free, -self.amount)


def _check(by: "User", community: "Community", member: "User", amount: int, note: str) -> None:
    if not manages(by, community.pk):
        raise NotYours(_("您不能在这个社区提出奖惩。"))
    if not stands_apart(by, member):
        raise NotYours(_("不能给自己或家人加分、扣分，请另一位同事提出。"))
    if member.community_id != community.pk or not member.is_active:
        raise ValidationError({"member": _("此人不是本社区的在用账号。")})
    if type(amount) is not int or not 0 < abs(amount) <= MOST:
        raise ValidationError({"amount": _("请填 1 到 %(most)s 之间的整数。") % {"most": MOST}})
    if not note.strip():
        raise ValidationError({"note": _("请写明理由。")})
