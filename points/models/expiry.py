"""After how long points expire, where a community wants it: a policy with a term, never code."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.access.models.post import DateRange
from points.models.account import Asset


class ExpiryPolicy(models.Model):
    """积分有效期. What was earned more than ``months`` ago and not used since expires, the oldest first.

    Without a policy nothing expires. Hours never do: they are a record of service, not a means of payment.
    """

    community = models.ForeignKey(
        "directory.Community", models.CASCADE, related_name="expiry_policies", verbose_name=_("社区")
    )
    months = models.PositiveSmallIntegerField(_("有效期（月）"))
    warn_days = models.PositiveSmallIntegerField(_("提前几天提醒"), default=30)
    begins_on = models.DateField(_("生效日期"))
    ends_on = models.DateField(_("截止日期"), null=True, blank=True, help_text=_("含当日；留空表示一直有效。"))
    warned_upto = models.DateField(null=True, editable=False)
    expired_upto = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("积分有效期")
        verbose_name_plural = _("积分有效期")
        ordering = ["community", "begins_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=120),
                name="expiry_months",
                violation_error_message=_("有效期为 1 至 120 个月。"),
            ),
            models.CheckConstraint(
                condition=Q(warn_days__gte=1, warn_days__lte=90),
                name="expiry_warns_before",
                violation_error_message=_("须提前 1 至 90 天提醒。"),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
                name="expiry_term",
                violation_error_message=_("截止日期不能早于生效日期。"),
            ),
            ExclusionConstraint(
                name="expiry_terms_do_not_overlap",
                expressions=[
                    ("community", RangeOperators.EQUAL),
                    (DateRange("begins_on", "ends_on", Value("[]")), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("这段日期已有一条有效期规定，不能重叠。"),
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(months)s 个月") % {"months": self.months}

    @property
    def asset(self) -> str:
        return Asset.POINTS

    def expires_on(self, day: date) -> bool:
        """Whether points expire on a day: in force, and for long enough that everybody was warned."""
        warned = day - timedelta(days=self.warn_days)
        return self.begins_on <= warned and (self.ends_on is None or day <= self.ends_on)

    def earned_before(self, day: date) -> date:
        """Points earned before this day expire on ``day``."""
        return day - relativedelta(months=self.months)
