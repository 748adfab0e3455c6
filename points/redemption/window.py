"""兑换期: the weeks of a half-year in which a community's members may redeem."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach

if TYPE_CHECKING:
    from community.directory.models import User


class TimeRange(Func):
    """From the first moment up to, not including, the second."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class WindowQuerySet(models.QuerySet["Window"]):
    def visible_to(self, user: "User") -> Self:
        """To whoever runs them; members meet a window through its offers."""
        return self.filter(reach(user, Perm.RUN_REDEMPTION).within(grid=None))

    def current(self, community_id: int | None, now: datetime) -> "Window | None":
        """The window that is open, or else the next to open."""
        ahead = self.filter(community=community_id, closes_at__gt=now, cancelled_at=None)
        return ahead.order_by("opens_at").first()


class Window(models.Model):
    """Members redeem from ``opens_at`` until ``closes_at`` and collect until ``collect_until``."""

    community = models.ForeignKey(
        "directory.Community", models.PROTECT, related_name="redemption_windows", verbose_name=_("社区")
    )
    name = models.CharField(_("名称"), max_length=40)
    opens_at = models.DateTimeField(_("开始时间"))
    closes_at = models.DateTimeField(_("截止时间"))
    collect_until = models.DateTimeField(_("最迟领取时间"))
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, editable=False)

    objects = WindowQuerySet.as_manager()

    class Meta:
        verbose_name = _("兑换期")
        verbose_name_plural = _("兑换期")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at"), closes_at__lte=F("collect_until")),
                name="window_in_order",
                violation_error_message=_("截止要晚于开始，最迟领取不能早于截止。"),
            ),
            models.UniqueConstraint(
                fields=["community", "name"],
                condition=Q(cancelled_at=None),
                name="window_named_once",
                violation_error_message=_("已有同名的兑换期。"),
            ),
            ExclusionConstraint(
                name="windows_do_not_overlap",
                expressions=[
                    ("community", RangeOperators.EQUAL),
                    (TimeRange("opens_at", "closes_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled_at=None),
                violation_error_message=_("这段时间已有一个兑换期，不能重叠。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_open(self, now: datetime) -> bool:
        return self.cancelled_at is None and self.opens_at <= now < self.closes_at

    def state(self, now: datetime) -> str:
        """``ahead``, ``open``, ``collecting``, ``over`` or ``cancelled``."""
        if self.cancelled_at is not None:
            return "cancelled"
        if now < self.opens_at:
            return "ahead"
        if now < self.closes_at:
            return "open"
        return "collecting" if now < self.collect_until else "over"
