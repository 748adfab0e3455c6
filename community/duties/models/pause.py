"""A plan that rests for some days, with the reason."""

from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _


class DateRange(Func):
    function = "daterange"


class PauseQuerySet(models.QuerySet["Pause"]):
    def overlapping(self, first: date, last: date) -> Self:
        return self.filter(begins_on__lte=last).filter(Q(ends_on=None) | Q(ends_on__gte=first))


class Pause(models.Model):
    """From the day ``begins_on`` to ``ends_on`` inclusive (None: until it is resumed) nothing is planned."""

    plan = models.ForeignKey("duties.Plan", models.CASCADE, related_name="pauses", verbose_name=_("计划"))
    begins_on = models.DateField(_("从"))
    ends_on = models.DateField(_("到"), null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=200)
    paused_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    paused_at = models.DateTimeField()

    objects = PauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("暂停")
        verbose_name_plural = _("暂停")
        ordering = ["begins_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
                name="plan_pause_forward",
                violation_error_message=_("结束日期不能早于开始日期。"),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="plan_pause_has_a_reason", violation_error_message=_("请写明原因。")
            ),
            ExclusionConstraint(
                name="plan_pauses_do_not_overlap",
                expressions=[
                    ("plan", RangeOperators.EQUAL),
                    (DateRange("begins_on", "ends_on", Value("[]")), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("这些天里已经有一段暂停。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.begins_on}–{self.ends_on or ''} {self.reason}"

    def covers(self, day: date) -> bool:
        return self.begins_on <= day and (self.ends_on is None or day <= self.ends_on)
