"""配比: for what others give, the pool for matching adds its part, by rules that are data."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.workflow import NotYours
from points.fund.project import MOST, Project
from points.fund.purses import balance, budget
from points.fund.seeing import in_charge, runs

if TYPE_CHECKING:
    from datetime import datetime

    from community.directory.models import User


class Income(models.TextChoices):
    DONATION = "donation", _("捐款")
    FAIR = "fair", _("集市收入")


class MatchRuleQuerySet(models.QuerySet["MatchRule"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(Q(community=user.community_id) | in_charge(user))

    def in_force(self, community_id: int, day: date) -> Self:
        rows = self.filter(community=community_id, begins_on__lte=day)
        return rows.filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def rule_for(self, project: Project, income: str, day: date) -> "MatchRule | None":
        """The one rule that holds: the project's own before the one for all projects."""
        rows = self.in_force(project.community_id, day).filter(income__contains=[income])
        rows = rows.filter(Q(project=project) | Q(project=None))
        return rows.order_by(F("project").asc(nulls_last=True), "pk").first()


class MatchRule(models.Model):
    """``percent`` of what came in, up to ``per_gift`` each time and ``cap`` altogether; ``given`` is what it has added.

    Without a project it holds for every project, never for the pots. The rule of the booking day counts. It can be
    ended, but what it promises is not changed once it has begun to give.
    """

    community = models.ForeignKey(
        "directory.Community", models.PROTECT, related_name="match_rules", verbose_name=_("社区")
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="match_rules", verbose_name=_("项目"),
        help_text=_("不选就是所有项目。"),
    )  # fmt: skip
    name = models.CharField(_("名称"), max_length=40)
    income = ArrayField(models.CharField(max_length=10, choices=Income.choices), verbose_name=_("配比哪些收入"))
    percent = models.PositiveSmallIntegerField(_("配比比例（%）"))
    per_gift = models.BigIntegerField(_("每笔最多配"), null=True, blank=True)
    cap = models.BigIntegerField(_("一共最多配"))
    given = models.BigIntegerField(_("已配"), default=0, editable=False)
    begins_on = models.DateField(_("从"))
    ends_on = models.DateField(_("到"), null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    objects = MatchRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("配比规则")
        verbose_name_plural = _("配比规则")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__range=(1, 500)), name="match_percent",
                violation_error_message=_("比例请填 1 到 500 之间的整数。"),
            ),
            models.CheckConstraint(
                condition=Q(cap__range=(1, MOST)) & (Q(per_gift=None) | Q(per_gift__gte=1)), name="match_bounds",
                violation_error_message=_("金额要大于 0。"),
            ),
            models.CheckConstraint(condition=Q(given__gte=0, given__lte=F("cap")), name="match_never_above_its_cap"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")), name="match_days",
                violation_error_message=_("结束日期不能早于开始日期。"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @classmethod
    def lay_down(cls, *, by: "User", **facts: Any) -> "MatchRule":
        """Raises NotYours, ValidationError."""
        rule = cls(made_by=by, **facts)
        if not runs(by, rule.community_id):
            raise NotYours(_("您不能在这个社区定配比规则。"))
        if rule.project is not None and (rule.project.community_id, rule.project.sort) != (
            rule.community_id,
            "project",
        ):
            raise ValidationError({"project": _("请选本社区的项目。")})
        rule.full_clean(exclude=["made_by"])
        with transaction.atomic():
            cls._refuse_twin(rule)
            rule.save()
        return rule

    @classmethod
    def _refuse_twin(cls, rule: "MatchRule") -> None:
        """A form sent twice lays down one rule: under the fund's lock, so that the second sees the first."""
        from points.fund.fund import Fund

        Fund.objects.locked(rule.community_id)
        twins = cls.objects.filter(community=rule.community_id, project=rule.project, name=rule.name)
        if twins.filter(begins_on=rule.begins_on).exists():
            raise ValidationError({"name": _("已有同名、同一天开始的配比规则。")})

    def end(self, *, by: "User", now: "datetime") -> None:
        """Today is its last day (or yesterday's, where it has not begun)."""
        if not runs(by, self.community_id):
            raise NotYours(_("您不能在这个社区定配比规则。"))
        with transaction.atomic():
            self.refresh_from_db(from_queryset=MatchRule.objects.select_for_update())
            today = timezone.localdate(now)
            if self.ends_on is None or self.ends_on > today:
                self.ends_on = max(today, self.begins_on)
                self.save(update_fields=["ends_on"])

    def part_of(self, amount: int, pool: int) -> int:
        """What it adds to a gift: whole cents, never more than it may and than the pool has."""
        limits = [amount * self.percent // 100, self.cap - self.given, pool]
        return max(0, min(limits if self.per_gift is None else [*limits, self.per_gift]))


def matched(project: Project, amount: int, income: str, day: date) -> tuple[MatchRule | None, Project | None, int]:
    """The rule, the pool and how much it adds; the caller holds the fund, so nobody else is adding meanwhile."""
    if project.sort != Project.Sort.PROJECT:
        return None, None, 0
    rule = MatchRule.objects.rule_for(project, income, day)
    if rule is None:
        return None, None, 0
    pool = Project.objects.pot(project.community_id, Project.Sort.MATCHING)
    return rule, pool, rule.part_of(amount, balance(budget(pool)))


def count(rule: MatchRule | None, amount: int) -> None:
    """Count what a rule gave, or with a minus what was reversed."""
    if rule is not None and amount:
        MatchRule.objects.filter(pk=rule.pk).update(given=F("given") + amount)
