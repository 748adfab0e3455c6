"""Plans of duties (常态): something that must happen again and again."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.perms import Perm
from community.core.reach import reach
from community.duties import drawing, festivals, recurrence
from community.duties.festivals import Festival

if TYPE_CHECKING:
    from community.directory.models import User

is_recurrence = recurrence.is_recurrence  # named by the first migration


class PlanQuerySet(models.QuerySet["Plan"]):
    def overlapping(self, first: date, last: date) -> Self:
        """Plans that run on any day from ``first`` to ``last``."""
        return self.filter(starts_on__lte=last).filter(Q(ends_on=None) | Q(ends_on__gte=first))

    def not_laid_out(self, last: date) -> Self:
        """Whose occurrences do not stand yet up to the day ``last``."""
        return self.filter(Q(planned_until=None) | Q(planned_until__lt=last))

    def visible_to(self, user: "User") -> Self:
        """Plans of the places that the person leads."""
        return self.filter(reach(user, Perm.LEAD_GRID).within() | reach(user, Perm.LEAD_COMMUNITY).within())


class Plan(models.Model):
    """A duty's recurrence. ``opens``/``closes`` are local times of day between which the duty is to be done.

    A kind of duty uses it so: ``Plan.objects.create(kind="visit", community=…, grid=…, title=…, starts_on=…, …)`` and
    ``planning.plan_ahead`` (or ``planning.lay_out([plan])`` at once) makes the occurrences.

    *When*: ``rhythm`` RULE takes ``recurrence`` (RFC 5545), FESTIVALS the ``festivals`` of the lunar calendar, ``lead``
    days ahead of each, RANDOM ``times_a_week`` unannounced windows of ``lasts`` minutes between opens and closes, drawn
    a week at a time. ``working_days_only`` leaves out days on which the community's calendar is closed; ``overnight``
    means that ``closes`` is on the next day.

    *Who*: ``assigned`` PERSON is ``assignee`` (nobody: anyone who may), POST whoever holds ``role`` on the grid (without
    a grid: on the community) on that day, ROTA the ``members`` in turn. A vacant post and a leave without a substitute
    fall to the nearest leader. ``dwelling`` and ``person`` say whose door or for whom it is; occurrences take them over.

    *A miss*: ``grace`` minutes after ``closes``, or with ``catch_up`` WITHIN ``catch_up_days`` days, it may still be
    done, late; NEXT lets the next one count for it. ``alarm`` is how far up a miss is told. ``secret`` occurrences show
    to the leader alone until they start. ``desk`` is a place that has one person at a time (see ``Desk``).
    """

    class Rhythm(models.TextChoices):
        RULE = "rule", _("按周期")
        FESTIVALS = "festivals", _("逢节日")
        RANDOM = "random", _("不定时")

    class Assigned(models.TextChoices):
        PERSON = "person", _("指定人员")
        POST = "post", _("按岗位")
        ROTA = "rota", _("轮流")

    class Proof(models.TextChoices):
        NONE = "none", _("不需要")
        NOTE = "note", _("写一句说明")
        PHOTO = "photo", _("拍照")

    class CatchUp(models.TextChoices):
        SKIP = "skip", _("过时不补")
        WITHIN = "within", _("限期补做")
        NEXT = "next", _("下一次一并算")

    Alarm = Case.Tier

    kind = models.CharField(_("类型"), max_length=20)
    community = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("社区"))
    grid = models.ForeignKey(
        "directory.Grid", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("网格")
    )
    dwelling = models.ForeignKey(
        "directory.Dwelling", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("房屋")
    )
    person = models.ForeignKey(
        "directory.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("服务对象")
    )
    title = models.CharField(_("名称"), max_length=80)
    instructions = models.TextField(_("要求"), max_length=2000, blank=True)

    rhythm = models.CharField(_("多久一次"), max_length=10, choices=Rhythm.choices, default=Rhythm.RULE)
    recurrence = models.CharField(
        _("重复规则"), max_length=200, default="FREQ=DAILY", validators=[is_recurrence], help_text="RFC 5545"
    )
    festivals = ArrayField(
        models.CharField(max_length=20, choices=Festival.choices), default=list, blank=True, verbose_name=_("节日")
    )
    lead = models.PositiveSmallIntegerField(
        _("节前几天"), default=0, validators=[MaxValueValidator(30)], help_text=_("0 表示节日当天。")
    )
    times_a_week = models.PositiveSmallIntegerField(
        _("每周几次"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(7)]
    )
    lasts = models.PositiveSmallIntegerField(
        _("每次多少分钟"), default=120, validators=[MinValueValidator(15), MaxValueValidator(1440)]
    )
    working_days_only = models.BooleanField(_("仅工作日"), default=False)
    opens = models.TimeField(_("开始时刻"), default=time(8, 0))
    closes = models.TimeField(_("截止时刻"), default=time(18, 0))
    overnight = models.BooleanField(_("截止在次日"), default=False)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)

    assigned = models.CharField(_("谁来做"), max_length=10, choices=Assigned.choices, default=Assigned.PERSON)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("负责人")
    )
    role = models.ForeignKey(
        "access.Role", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("岗位")
    )
    turn = models.PositiveIntegerField(default=0, editable=False)

    proof = models.CharField(_("完成凭证"), max_length=10, choices=Proof.choices, default=Proof.NONE)
    grace = models.PositiveSmallIntegerField(_("宽限分钟"), default=0, validators=[MaxValueValidator(1440)])
    catch_up = models.CharField(_("漏做以后"), max_length=10, choices=CatchUp.choices, default=CatchUp.SKIP)
    catch_up_days = models.PositiveSmallIntegerField(_("几天内补做"), default=0, validators=[MaxValueValidator(62)])
    alarm = models.PositiveSmallIntegerField(_("漏做告知到"), choices=Alarm.choices, default=Alarm.COMMUNITY)
    secret = models.BooleanField(_("开始前保密"), default=False)
    desk = models.ForeignKey(
        "duties.Desk", models.PROTECT, null=True, blank=True, related_name="plans", verbose_name=_("值守岗")
    )

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    planned_until = models.DateField(null=True, editable=False)
    drawn_until = models.DateField(null=True, editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("计划")
        verbose_name_plural = _("计划")
        constraints = [
            models.CheckConstraint(
                condition=Q(overnight=False, closes__gt=F("opens")) | Q(overnight=True, closes__lte=F("opens")),
                name="plan_window",
                violation_error_message=_("截止时刻应晚于开始时刻；跨到次日的请勾选“截止在次日”。"),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="plan_ends_after_start",
                violation_error_message=_("结束日期不能早于开始日期。"),
            ),
            models.CheckConstraint(
                condition=~Q(rhythm="random")
                | Q(times_a_week__isnull=False, times_a_week__range=(1, 7), lasts__gte=15, overnight=False),
                name="plan_random_says_how_often",
                violation_error_message=_("不定时的计划请写明每周几次（1–7），时段不跨夜。"),
            ),
            models.CheckConstraint(
                condition=~Q(rhythm="festivals") | Q(festivals__len__gt=0),
                name="plan_festivals_named",
                violation_error_message=_("请选择节日。"),
            ),
            models.CheckConstraint(
                condition=~Q(assigned="post") | Q(role__isnull=False),
                name="plan_post_has_a_role",
                violation_error_message=_("请选择岗位。"),
            ),
            models.CheckConstraint(
                condition=Q(catch_up="skip", catch_up_days=0) | (~Q(catch_up="skip") & Q(catch_up_days__gt=0)),
                name="plan_catch_up_days",
                violation_error_message=_("补做请写明几天内；不补做时不填。"),
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-id"], name="plan_of_community"),
            models.Index(fields=["grid", "-id"], name="plan_of_grid"),
            models.Index(fields=["planned_until", "id"], name="plan_to_lay_out"),
        ]

    def __str__(self) -> str:
        return self.title

    def days(self, first: date, last: date) -> Iterator[date]:
        """The days of the rule from ``first`` to ``last`` inclusive, holidays and pauses not yet left out.

        A RANDOM plan answers every day on which it may be drawn.
        """
        first = max(first, self.starts_on)
        last = min(last, self.ends_on or last)
        if self.rhythm == self.Rhythm.FESTIVALS:
            yield from festivals.between(self.festivals, first, last, lead=self.lead)
        elif self.rhythm == self.Rhythm.RULE:
            yield from recurrence.days_between(self.recurrence, self.starts_on, first, last)
        else:
            yield from (first + timedelta(days=n) for n in range((last - first).days + 1))

    def window(self, day: date) -> tuple[datetime, datetime]:
        """From when to when the duty of this day is to be done; for a RANDOM plan each call draws anew."""
        zone = timezone.get_default_timezone()
        if self.rhythm == self.Rhythm.RANDOM:
            return drawing.draw_window(day, self.opens, self.closes, timedelta(minutes=self.lasts), zone)
        end = day + timedelta(days=self.overnight)
        return datetime.combine(day, self.opens, zone), datetime.combine(end, self.closes, zone)

    def lapse(self, closes_at: datetime) -> datetime:
        """Until when a duty whose window closes then may still be done."""
        return closes_at + max(timedelta(minutes=self.grace), timedelta(days=self.catch_up_days))
