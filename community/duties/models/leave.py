"""请假: who is away from when to when, and who stands in."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from community.duties.models.pause import DateRange

if TYPE_CHECKING:
    from community.directory.models import User


class LeaveQuerySet(models.QuerySet["Leave"]):
    def overlapping(self, first: date, last: date) -> Self:
        return self.filter(cancelled_at=None, begins_on__lte=last, ends_on__gte=first)

    def visible_to(self, user: "User") -> Self:
        """One's own, those one stands in for, and those of the people whose place one leads."""
        led = reach(user, Perm.LEAD_GRID).within() | reach(user, Perm.LEAD_COMMUNITY).within()
        return self.filter(Q(user=user) | Q(substitute=user) | led)


class Leave(models.Model):
    """Both days inclusive. ``grid`` is where the person works (None: the community), so that their leader sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="leaves", verbose_name=_("请假人"))
    community = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("社区"))
    grid = models.ForeignKey(
        "directory.Grid", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("网格")
    )
    begins_on = models.DateField(_("从"))
    ends_on = models.DateField(_("到"))
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("代班人")
    )
    reason = models.CharField(_("事由"), max_length=200, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("请假")
        verbose_name_plural = _("请假")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("begins_on")),
                name="leave_forward",
                violation_error_message=_("结束日期不能早于开始日期。"),
            ),
            models.CheckConstraint(
                condition=Q(substitute=None) | ~Q(substitute=F("user")),
                name="leave_substitute_is_another",
                violation_error_message=_("代班人不能是请假人本人。"),
            ),
            ExclusionConstraint(
                name="leaves_do_not_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (DateRange("begins_on", "ends_on", Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled_at=None),
                violation_error_message=_("这些天里已经请过假。"),
            ),
        ]
        indexes = [models.Index(fields=["community", "-id"], name="leave_of_community")]

    def __str__(self) -> str:
        return f"{self.user} {self.begins_on}–{self.ends_on}"

    def covers(self, day: date) -> bool:
        return self.begins_on <= day <= self.ends_on
