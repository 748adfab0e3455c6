"""The two tables behind the working calendar: holidays (national, or of one community) and office hours."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import time
from functools import wraps
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields.ranges import RangeOperators
from django.core.cache import cache
from django.db import models, transaction
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Coalesce, Greatest, NullIf
from django.utils.translation import gettext_lazy as _

CALENDARS_TOKEN = "timers:calendars"  # noqa: S105 - a cache key
CALENDARS_TOKEN_SECONDS = 600  # a lost “forget” is made good after ten minutes
DAY_SECONDS = 86_400
MIDNIGHT = time(0)


def forget_calendars() -> None:
    """Make every process rebuild its calendars: now for this transaction, and once more when others can see it."""
    _renew_token()
    transaction.on_commit(_renew_token)


def _renew_token() -> None:
    cache.set(CALENDARS_TOKEN, uuid.uuid4().hex, CALENDARS_TOKEN_SECONDS)


def forgetting(write: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(write)
    def wrapped(*args: Any, **options: Any) -> Any:
        result = write(*args, **options)
        forget_calendars()
        return result

    return wrapped


class CalendarRows(models.QuerySet):
    """Every way of writing makes the built calendars stale."""

    update = forgetting(models.QuerySet.update)
    delete = forgetting(models.QuerySet.delete)
    bulk_create = forgetting(models.QuerySet.bulk_create)


class CalendarDays(CalendarRows):
    def national(self) -> CalendarDays:
        return self.filter(community=None)

    def of(self, community_id: int | None) -> CalendarDays:
        """National days and the community's own."""
        return self.filter(Q(community=None) | Q(community=community_id))


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a holiday, a make-up working day, a community's own closure."""

    community = models.ForeignKey(
        "directory.Community",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="calendar_days",
        verbose_name=_("社区"),
        help_text=_("留空表示全国；社区的安排优先于全国。"),
    )
    date = models.DateField(_("日期"), db_index=True)
    is_working = models.BooleanField(_("上班"), default=False, help_text=_("调休上班日请勾选。"))
    name = models.CharField(_("名称"), max_length=60)

    objects = CalendarDays.as_manager()

    class Meta:
        verbose_name = _("节假日与调休")
        verbose_name_plural = _("节假日与调休")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "date"],
                nulls_distinct=False,
                name="calendar_day_once",
                violation_error_message=_("这一天已有安排，请修改原有记录。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"

    save = forgetting(models.Model.save)
    delete = forgetting(models.Model.delete)


def _seconds(of: Any) -> Func:
    return Func(of, template="EXTRACT(EPOCH FROM %(expressions)s)::bigint", output_field=models.BigIntegerField())


def _week_seconds() -> Func:
    """The span in seconds since Monday, each community in a week of its own, so that `&&` alone finds overlaps.

    Hours that run backwards make an empty range here and are left to their own check.
    """
    closes = Coalesce(NullIf(_seconds(F("closes")), Value(0)), Value(DAY_SECONDS))
    day = Cast(F("community"), models.BigIntegerField()) * 7 + F("weekday")
    begin = day * DAY_SECONDS
    opens = _seconds(F("opens"))
    return Func(begin + opens, begin + Greatest(opens, closes), function="int8range")


class OfficeHours(models.Model):
    """One span of a weekday on which a community's desk is open; a community without rows keeps the default hours.

    A desk open around the clock has 00:00–00:00 on each day it serves.
    """

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("周一")
        TUESDAY = 1, _("周二")
        WEDNESDAY = 2, _("周三")
        THURSDAY = 3, _("周四")
        FRIDAY = 4, _("周五")
        SATURDAY = 5, _("周六")
        SUNDAY = 6, _("周日")

    community = models.ForeignKey(
        "directory.Community", models.CASCADE, related_name="office_hours", verbose_name=_("社区")
    )
    weekday = models.PositiveSmallIntegerField(_("星期"), choices=Weekday.choices)
    opens = models.TimeField(_("开始时间"))
    closes = models.TimeField(_("结束时间"), help_text=_("00:00 表示当天午夜；24 小时值班请填 00:00 至 00:00。"))
    on_holidays = models.BooleanField(
        _("节假日照常"), default=False, help_text=_("法定节假日也开放，例如 24 小时值班。")
    )

    objects = CalendarRows.as_manager()

    class Meta:
        verbose_name = _("办公时间")
        verbose_name_plural = _("办公时间")
        ordering = ["community", "weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6),
                name="office_hours_weekday",
                violation_error_message=_("星期应为周一至周日。"),
            ),
            models.CheckConstraint(
                condition=Q(opens__lt=F("closes")) | Q(closes=MIDNIGHT),
                name="office_hours_forward",
                violation_error_message=_("结束时间应晚于开始时间。"),
            ),
            ExclusionConstraint(
                name="office_hours_apart",
                expressions=[(_week_seconds(), RangeOperators.OVERLAPS)],
                violation_error_message=_("同一天的办公时间不能重叠。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"

    save = forgetting(models.Model.save)
    delete = forgetting(models.Model.delete)
