"""月结: a month of the fund is closed by two people, carries its balances on, and takes no entry any more."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core.workflow import NotNow, NotYours
from points.fund.seeing import in_charge, runs, works_with

if TYPE_CHECKING:
    from community.directory.models import User


class MonthQuerySet(models.QuerySet["Month"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(in_charge(user))

    def of(self, community_id: int, day: date, now: datetime) -> "Month":
        """The month that an entry of this day goes into, begun with its first; the caller holds the fund.

        What was drawn up before the entry no longer tells all, so it goes back to the first of the two people.
        """
        month = self.get_or_create(community_id=community_id, first_day=day.replace(day=1))[0]
        if month.proposed_at is not None and not month.is_closed:
            month.send_back(by=None, now=now)
        return month

    def is_closed(self, community_id: int, day: date) -> bool:
        """Months are closed in their order, so none before a closed one is open, whether it had an entry or not."""
        return self.filter(community=community_id, first_day__gte=day.replace(day=1), closed_at__isnull=False).exists()


class Month(models.Model):
    """Once closed it stays closed (trigger in ``0017_fund_writing``): what was wrong is reversed in a later month."""

    community = models.ForeignKey(
        "directory.Community", models.PROTECT, related_name="fund_months", verbose_name=_("社区")
    )
    first_day = models.DateField(_("月份"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("制表人")
    )
    proposed_at = models.DateTimeField(_("制表时间"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("复核人")
    )
    closed_at = models.DateTimeField(_("结账时间"), null=True)

    objects = MonthQuerySet.as_manager()

    class Meta:
        verbose_name = _("基金月份")
        verbose_name_plural = _("基金月份")
        ordering = ["-first_day"]
        constraints = [
            models.UniqueConstraint(fields=["community", "first_day"], name="month_once"),
            models.CheckConstraint(condition=Q(first_day__day=1), name="month_begins_on_the_first"),
            models.CheckConstraint(
                condition=Q(proposed_by=None, proposed_at=None)
                | Q(proposed_by__isnull=False, proposed_at__isnull=False),
                name="month_proposed_by",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None, closed_at=None)
                | (
                    Q(closed_by__isnull=False, closed_at__isnull=False, proposed_by__isnull=False)
                    & ~Q(closed_by=F("proposed_by"))
                ),
                name="month_closed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(year)s 年 %(month)s 月") % {"year": self.first_day.year, "month": self.first_day.month}

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def first_day_after(self) -> date:
        return (self.first_day + timedelta(days=32)).replace(day=1)

    @property
    def state(self) -> str:
        return "closed" if self.is_closed else "proposed" if self.proposed_at else "open"

    def propose(self, *, by: "User", now: datetime) -> None:
        """The first of two people says that the month is complete; the others are told. Raises NotYours, NotNow."""
        from points.fund import closing

        if not runs(by, self.community_id):
            raise NotYours(_("您不能为这个基金结账。"))
        with transaction.atomic():
            self._lock_open()
            if timezone.localdate(now) < self.first_day_after:
                raise NotNow(_("这个月还没有过完，过完才能结账。"))
            if self._earlier().filter(closed_at=None).exists():
                raise NotNow(_("前面的月份还没有结账，请按顺序来。"))
            self.proposed_by, self.proposed_at = by, now
            self.save(update_fields=["proposed_by", "proposed_at"])
            closing.tell_proposed(self, by=by, now=now)

    def recall(self, *, by: "User", now: datetime) -> None:
        """Something is still missing. Raises NotYours, NotNow."""
        if not works_with(by, self.community_id):
            raise NotYours(_("您不能为这个基金结账。"))
        with transaction.atomic():
            self._lock_open()
            if self.proposed_at is None:
                raise NotNow(_("这个月没有待复核的表，请刷新后再看。"))
            self.send_back(by=by, now=now)

    def send_back(self, *, by: "User | None", now: datetime) -> None:
        """To the first of the two people; the caller holds the fund."""
        from points.fund import closing

        proposer, self.proposed_by, self.proposed_at = self.proposed_by, None, None
        self.save(update_fields=["proposed_by", "proposed_at"])
        closing.tell_recalled(self, proposer, by=by, now=now)

    def close(self, *, by: "User", now: datetime) -> None:
        """The second person closes it; its balances are written down and carried on. Raises NotYours, NotNow."""
        from points.fund import closing
        from points.fund.accounts import balances_of

        if not works_with(by, self.community_id):
            raise NotYours(_("您不能为这个基金结账。"))
        with transaction.atomic():
            self._lock_open()
            if self.proposed_by_id is None:
                raise NotNow(_("请先由一位同事制表，再由另一位复核结账。"))
            if self.proposed_by_id == by.pk:
                raise NotYours(_("制表的人不能复核，请另一位同事来结账。"))
            MonthBalance.objects.bulk_create(
                MonthBalance(month=self, project_id=row.project_id, opening=row.opening, came=row.came, went=row.went)
                for row in balances_of(self)
            )
            self.closed_by, self.closed_at = by, now
            self.save(update_fields=["closed_by", "closed_at"])
            closing.done(self, by=by, now=now)

    def _earlier(self) -> "MonthQuerySet":
        return Month.objects.filter(community=self.community_id, first_day__lt=self.first_day)

    def _lock_open(self) -> None:
        from points.fund.fund import Fund

        Fund.objects.locked(self.community_id)
        self.refresh_from_db(from_queryset=Month.objects.select_for_update(no_key=True))
        if self.is_closed:
            raise NotNow(_("这个月已经结账。"))


class MonthBalance(models.Model):
    """What a project had at the end of a closed month and how it came there; written once (trigger)."""

    month = models.ForeignKey(Month, models.PROTECT, related_name="balances", verbose_name=_("月份"))
    project = models.ForeignKey("points.Project", models.PROTECT, related_name="balances", verbose_name=_("项目"))
    opening = models.BigIntegerField(_("上月结转"))
    came = models.BigIntegerField(_("本月收入"))
    went = models.BigIntegerField(_("本月支出"))

    class Meta:
        verbose_name = _("月末结余")
        verbose_name_plural = _("月末结余")
        ordering = ["project"]
        constraints = [models.UniqueConstraint(fields=["month", "project"], name="month_balance_once")]

    def __str__(self) -> str:
        return f"{self.month} {self.project}"

    @property
    def closing(self) -> int:
        return self.opening + self.came - self.went
