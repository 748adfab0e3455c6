"""Plans of duties (常态): something that must happen again and again."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Self

from dateutil.rrule import rrulestr
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def is_recurrence(text: str) -> None:
    """Raise ValidationError unless the text is a recurrence rule of RFC 5545, such as ``FREQ=DAILY``."""
    try:
        rrulestr(text, dtstart=datetime(2026, 1, 1))
    except (ValueError, TypeError) as error:
        raise ValidationError(_("看不懂这条重复规则：%(rule)s"), params={"rule": text}) from error


class PlanQuerySet(models.QuerySet["Plan"]):
    def overlapping(self, first: date, last: date) -> Self:
        """Plans that run on any day from ``first`` to ``last``."""
        return self.filter(starts_on__lte=last).filter(Q(ends_on=None) | Q(ends_on__gte=first))


class Plan(models.Model):
    """A duty's recurrence. ``opens``/``closes`` are local times of day between which the duty is to be done.

    ``working_days_only`` leaves out days on which the community's calendar is closed. ``dwelling`` and ``person`` say
    whose door or for whom it is, where a duty is for somebody; its occurrences take them over.
    """

    kind = models.CharField(_("类型"), max_length=20)
    community = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("社区"))
    grid = models.ForeignKey(
        "directory.Grid", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("网格")
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("负责人")
    )
    dwelling = models.ForeignKey(
        "directory.Dwelling", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("房屋")
    )
    person = models.ForeignKey(
        "directory.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("服务对象")
    )
    title = models.CharField(_("名称"), max_length=80)
    recurrence = models.CharField(
        _("重复规则"), max_length=200, default="FREQ=DAILY", validators=[is_recurrence], help_text="RFC 5545"
    )
    working_days_only = models.BooleanField(_("仅工作日"), default=False)
    opens = models.TimeField(_("开始时刻"), default=time(8, 0))
    closes = models.TimeField(_("截止时刻"), default=time(18, 0))
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("计划")
        verbose_name_plural = _("计划")
        constraints = [
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="plan_closes_after_opening"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="plan_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def days(self, first: date, last: date) -> Iterator[date]:
        """The days of the rule from ``first`` to ``last`` inclusive, holidays not yet left out."""
        first = max(first, self.starts_on)
        last = min(last, self.ends_on or last)
        rule = rrulestr(self.recurrence, dtstart=datetime.combine(self.starts_on, time()))
        for moment in rule.between(
            datetime.combine(first, time()) - timedelta(seconds=1), datetime.combine(last, time(23, 59))
        ):
            yield moment.date()

    def window(self, day: date) -> tuple[datetime, datetime]:
        zone = timezone.get_default_timezone()
        return datetime.combine(day, self.opens, zone), datetime.combine(day, self.closes, zone)
