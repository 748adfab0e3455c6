"""Which event gives whom how much: rules are data with a term, never code."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.access.models.post import DateRange
from points.models.account import Asset
from points.rulebook import events, facts

MOST = 1000


class PointRuleQuerySet(models.QuerySet["PointRule"]):
    def on(self, day: date) -> Self:
        """Rules whose term includes the day."""
        return self.filter(begins_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def in_force(self, community_id: int | None, day: date) -> "list[PointRule]":
        """The rules of a community on a day, one per code: its own before the common one."""
        chosen: dict[str, PointRule] = {}
        here = self.on(day).filter(Q(community=None) | Q(community=community_id))
        for rule in here.order_by(F("community").asc(nulls_last=True), "pk"):
            chosen.setdefault(rule.code, rule)
        return [rule for rule in chosen.values() if rule.amount]


def known_events() -> Iterable[tuple[str, str]]:
    """Pairs of code and words: what the apps have registered, and every step of every kind of case."""
    for event in events.events():
        yield event.code, str(event.label)
    yield from events.known_steps()


class RuleFields(models.Model):
    """What a rule says, in force or only drafted.

    With ``per_minutes`` the amount is given for each so many minutes that the thing took, else once. ``cap_once`` limits
    one event, ``cap_day`` and ``cap_period`` what one person gets from this rule in a day and in a half-year. What is
    more than ``approve_above`` waits until somebody approves it.
    """

    class Recipient(models.TextChoices):
        HANDLER = "handler", _("承办人")
        RAISER = "raised_by", _("提出人")

    # By which a rule may be told apart from its former version, beside code and term.
    SAYINGS = (
        "name", "events", "conditions", "gives_to", "asset", "amount", "per_minutes", "cap_once", "cap_day",
        "cap_period", "approve_above",
    )  # fmt: skip

    code = models.SlugField(_("代码"), max_length=40)
    name = models.CharField(_("规则名称"), max_length=60, help_text=_("会显示在居民的积分明细里。"))
    events = ArrayField(models.CharField(max_length=60), verbose_name=_("事件"))
    conditions = models.JSONField(_("条件"), default=list, blank=True)
    gives_to = models.CharField(_("给谁"), max_length=12, choices=Recipient.choices, default=Recipient.HANDLER)
    asset = models.CharField(_("资产"), max_length=8, choices=Asset.choices[:2], default=Asset.POINTS)
    amount = models.PositiveIntegerField(_("数额"), help_text=_("整数；时长按分钟计。社区规则填 0 表示本社区不给分。"))
    per_minutes = models.PositiveIntegerField(
        _("每多少分钟计一次"), null=True, blank=True, help_text=_("留空表示每次给一份。")
    )
    cap_once = models.PositiveIntegerField(_("一次最多"), null=True, blank=True)
    cap_day = models.PositiveIntegerField(_("每人每天最多"), null=True, blank=True)
    cap_period = models.PositiveIntegerField(_("每人每半年最多"), null=True, blank=True)
    approve_above = models.PositiveIntegerField(
        _("超过多少要审批"), null=True, blank=True, help_text=_("一次给的分超过这个数，先由另一人批准。")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return gettext(self.name)

    def clean(self) -> None:
        """Refuse events that never happen, which would silently give nothing, and conditions nobody can read."""
        unknown = set(self.events or ()) - {event for event, _words in known_events()}
        if unknown:
            raise ValidationError(
                {"events": _("没有这些事件：%(names)s") % {"names": gettext("、").join(sorted(unknown))}}
            )
        facts.check(self.conditions)

    @property
    def sayings(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.SAYINGS}

    @property
    def said_events(self) -> list[str]:
        return [events.words_of(code) for code in self.events]

    @property
    def said_conditions(self) -> list[str]:
        return [facts.words(condition) for condition in self.conditions]


class PointRule(RuleFields):
    """积分规则. One ``code`` gives once per matter, whichever of its events comes, and however often.

    Terms of one code may not overlap within a community. A community's own rule replaces the common one of that code;
    with amount 0 it gives nothing there. ``rule_set`` put it in force, if it was not there from the start.
    """

    community = models.ForeignKey(
        "directory.Community",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="point_rules",
        verbose_name=_("社区"),
        help_text=_("留空表示所有社区；社区自己的规则优先。"),
    )
    begins_on = models.DateField(_("生效日期"))
    ends_on = models.DateField(_("截止日期"), null=True, blank=True, help_text=_("含当日；留空表示一直有效。"))
    rule_set = models.ForeignKey(
        "points.RuleSet", models.PROTECT, null=True, blank=True, related_name="rules", editable=False
    )

    objects = PointRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("积分规则")
        verbose_name_plural = _("积分规则")
        ordering = ["code", "begins_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__lte=MOST),
                name="rule_amount",
                violation_error_message=_("一次最多 1000。"),
            ),
            models.CheckConstraint(
                condition=Q(per_minutes=None) | Q(per_minutes__gt=0),
                name="rule_per_minutes",
                violation_error_message=_("至少 1 分钟。"),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
                name="rule_term",
                violation_error_message=_("截止日期不能早于生效日期。"),
            ),
            models.CheckConstraint(condition=Q(events__len__gt=0), name="rule_has_events"),
            ExclusionConstraint(
                name="rule_terms_do_not_overlap",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (Coalesce(F("community_id"), Value(0)), RangeOperators.EQUAL),
                    (DateRange("begins_on", "ends_on", Value("[]")), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("同一代码的规则在这段日期已有一条，有效期不能重叠。"),
            ),
        ]
