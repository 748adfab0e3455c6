"""A set of rules on its way into force."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import Step, verb
from community.core.workflow import NotNow
from points.models.rule import MOST, PointRule, RuleFields
from points.rulebook.force import put_in_force, take_out
from points.rulebook.rehearsal import rehearse
from points.rulebook.workflow import TONES, WORKFLOW, Status

if TYPE_CHECKING:
    from community.directory.models import Community, User


class RuleSetQuerySet(CaseQuerySet["RuleSet"]):
    def visible_to(self, user: "User") -> Self:
        """Drafts are for those who manage points; what is in force everybody reads on their own page."""
        return self.filter(reach(user, Perm.MANAGE_POINTS).within(grid=None))

    def listed_for(self, user: "User") -> Self:
        return self.visible_to(user)

    def in_reach_of(self, user: "User", perm: Perm = Perm.MANAGE_POINTS) -> Self:
        return self.visible_to(user)


class RuleSet(Case):
    """The rules of one community as they are to be from ``effective_on``.

    ``rehearsal`` is what the last one showed; an edit empties it. ``ended`` says which rules the set brought to an end
    and when they would have ended otherwise, so that it can be called off before its day.
    """

    Status = Status
    matter_kind = "ruleset"
    number_prefix = "GZ"
    workflow = WORKFLOW
    confidential = True
    raised_at_work = True

    effective_on = models.DateField(_("生效日期"), null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    rehearsal = models.JSONField(null=True, editable=False)
    ended = models.JSONField(default=list, editable=False)
    place = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", editable=False)
    is_underway = models.BooleanField(default=True, editable=False)

    objects: ClassVar = RuleSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("积分规则调整")
        verbose_name_plural = _("积分规则调整")
        constraints = [
            models.UniqueConstraint(fields=["place"], condition=Q(is_underway=True), name="ruleset_one_underway"),
        ]

    @classmethod
    def draft(
        cls, *, by: "User", community: "Community", now: datetime | None = None, request_key: UUID | None = None
    ) -> "RuleSet":
        """A draft that begins as what holds today. Raises NotYours, NotNow while another is under way."""
        now = now or timezone.now()
        if cls.objects.filter(place=community, is_underway=True).exists():
            raise NotNow(_("本社区已有一份正在起草或待确认的规则。"))
        made = cls(
            community=community, place=community, raised_by=by, request_key=request_key,
            channel=Case.Channel.DESK,
        )  # fmt: skip
        made.opened("draft", by=by, now=now)
        today = PointRule.objects.in_force(community.pk, timezone.localdate(now))
        DraftRule.objects.bulk_create(DraftRule(rule_set=made, code=rule.code, **rule.sayings) for rule in today)
        return made

    def titled(self) -> str:
        return gettext("积分规则调整")

    @property
    def tone(self) -> str:
        return TONES[Status(self.status)]

    def is_known_to(self, user: "User") -> bool:
        return reach(user, Perm.MANAGE_POINTS).covers(self.community_id)

    def on_step(self, step: Step) -> None:
        super().on_step(step)
        self.is_underway = self.status in (Status.DRAFT, Status.SUBMITTED)

    @verb
    def put(self, step: Step, *, code: str, **sayings: Any) -> None:
        """Write one rule of the draft, anew or over the one of this code."""
        draft = DraftRule(rule_set=self, code=code, **sayings)
        draft.full_clean(exclude=["rule_set"], validate_unique=False)
        DraftRule.objects.update_or_create(rule_set=self, code=code, defaults=draft.sayings)
        step.data["code"], self.rehearsal = code, None

    @verb
    def drop(self, step: Step, *, code: str) -> None:
        gone, _by_model = DraftRule.objects.filter(rule_set=self, code=code).delete()
        if not gone:
            raise ValidationError({"code": _("没有这条规则。")})
        step.data["code"], self.rehearsal = code, None

    @verb
    def rehearse(self, step: Step) -> None:
        """What last quarter would have brought whom under both; nothing is posted."""
        self.rehearsal = rehearse(self, timezone.localdate(step.now))

    @verb
    def submit(self, step: Step, *, effective_on: date) -> None:
        if self.rehearsal is None:
            raise NotNow(_("规则改动后还没有试算，请先试算再提请确认。"))
        if effective_on <= timezone.localdate(step.now):
            raise ValidationError({"effective_on": _("最早明天生效，已发生的事按当天的规则算。")})
        self.effective_on, self.submitted_by = effective_on, step.by

    @verb
    def revise(self, step: Step) -> None:
        self.submitted_by = None

    @verb
    def confirm(self, step: Step) -> None:
        """The second of two people: from its day on these are the rules."""
        if self.effective_on is None or self.effective_on <= timezone.localdate(step.now):
            raise NotNow(_("生效日期已过，请退回修改日期。"))
        self.handler, self.resolved_at = step.by, step.now
        self.ended = put_in_force(self, self.effective_on)

    @verb
    def call_off(self, step: Step) -> None:
        take_out(self)

    @verb
    def cancel(self, step: Step) -> None:
        """It stays a draft that came to nothing."""


class DraftRule(RuleFields):
    """A rule as a set would have it."""

    rule_set = models.ForeignKey(RuleSet, models.CASCADE, related_name="drafts", editable=False)

    class Meta:
        verbose_name = _("规则草稿")
        verbose_name_plural = _("规则草稿")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "code"], name="draft_rule_once"),
            models.CheckConstraint(
                condition=Q(amount__range=(1, MOST)),
                name="draft_rule_amount",
                violation_error_message=_("请填 1 到 1000 之间的整数；不想给分就去掉这条规则。"),
            ),
            models.CheckConstraint(
                condition=Q(per_minutes=None) | Q(per_minutes__gt=0),
                name="draft_rule_per_minutes",
                violation_error_message=_("至少 1 分钟。"),
            ),
            models.CheckConstraint(condition=Q(events__len__gt=0), name="draft_rule_has_events"),
        ]
