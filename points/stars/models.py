"""Thresholds as data, what each half-year brought, and what hours brought for good."""

from collections.abc import Collection
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from points.periods import Period, half_of

if TYPE_CHECKING:
    from community.directory.models import User

MOST_STARS = 5
# What a hub starts with. Points and ratings are our own proposal; hours as in domain rules, section 5.
STARTING_POINTS = ((1, 10, None), (2, 30, None), (3, 60, None), (4, 100, "4.0"), (5, 160, "4.5"))
STARTING_HOURS = ((1, 100), (2, 300), (3, 600), (4, 1000), (5, 1500))


class StarThresholdQuerySet(models.QuerySet["StarThreshold"]):
    def of(self, community_id: int | None, kind: str) -> "list[StarThreshold]":
        """A community's own thresholds where it has any, else the common ones; highest first."""
        here = self.filter(Q(community=community_id) | Q(community=None), kind=kind)
        rows: list[StarThreshold] = list(here.order_by("-stars"))
        own = [row for row in rows if row.community_id is not None]
        return own or rows


class StarThreshold(models.Model):
    """What a number of stars takes. ``rating`` counts where any work of theirs was rated; unrated work is no fault."""

    class Kind(models.TextChoices):
        POINTS = "points", _("先锋星级（半年积分）")
        HOURS = "hours", _("志愿服务星级（累计小时）")

    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices)
    community = models.ForeignKey(
        "directory.Community", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("社区"),
        help_text=_("留空表示所有社区；社区有自己的一套时，用自己的一整套。"),
    )  # fmt: skip
    stars = models.PositiveSmallIntegerField(_("星数"))
    at_least = models.PositiveIntegerField(_("至少"), help_text=_("半年积分，或累计志愿服务小时。"))
    rating = models.DecimalField(_("平均评价不低于"), max_digits=2, decimal_places=1, null=True, blank=True)

    objects = StarThresholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("星级标准")
        verbose_name_plural = _("星级标准")
        ordering = ["kind", "community", "stars"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "community", "stars"], nulls_distinct=False, name="star_threshold_once",
                violation_error_message=_("这个星数已有标准。"),
            ),
            models.CheckConstraint(
                condition=Q(stars__range=(1, MOST_STARS)), name="star_threshold_stars",
                violation_error_message=_("星数为 1 至 5。"),
            ),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__range=(1, 5)) & Q(kind="points"), name="star_threshold_rating",
                violation_error_message=_("评价为 1 至 5，只用于先锋星级。"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.stars}"

    def is_met(self, amount: int, rating: Decimal | None = None) -> bool:
        return amount >= self.at_least and (self.rating is None or rating is None or rating >= self.rating)


class StarPeriod(models.Model):
    """A half-year of a community, closed once; what it brought stands."""

    community = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("社区"))
    first = models.DateField(_("从"))
    last = models.DateField(_("到"))
    closed_at = models.DateTimeField(_("结算时间"), null=True)

    class Meta:
        verbose_name = _("星级周期")
        verbose_name_plural = _("星级周期")
        ordering = ["-first"]
        constraints = [
            models.UniqueConstraint(fields=["community", "first"], name="star_period_once"),
            models.CheckConstraint(condition=Q(last__gt=F("first")), name="star_period_term"),
        ]

    def __str__(self) -> str:
        return str(half_of(self.first))

    @property
    def span(self) -> Period:
        return Period(self.first, self.last)


class Star(models.Model):
    """One member's stars of a closed half-year, with what they came from."""

    period = models.ForeignKey(StarPeriod, models.PROTECT, related_name="stars")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="stars", verbose_name=_("成员"))
    stars = models.PositiveSmallIntegerField(_("星级"))
    points = models.IntegerField(_("半年积分"))
    rating = models.DecimalField(_("平均评价"), max_digits=2, decimal_places=1, null=True)
    rated = models.PositiveIntegerField(_("评价次数"), default=0)

    class Meta:
        verbose_name = _("先锋星级")
        verbose_name_plural = _("先锋星级")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["period", "user"], name="star_once_a_period"),
            models.CheckConstraint(condition=Q(stars__range=(1, MOST_STARS)), name="star_range"),
            models.CheckConstraint(
                condition=Q(rated=0, rating=None) | Q(rated__gt=0, rating__isnull=False), name="star_rating_pair"
            ),
        ]
        indexes = [models.Index(fields=["user", "-id"], name="star_of_user")]

    def __str__(self) -> str:
        return f"{self.user} {self.period} {self.stars}"


class VolunteerStar(models.Model):
    """Reached by hours, and kept: ``minutes`` is what stood in the account when it was reached."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="volunteer_stars")
    community = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("社区"))
    stars = models.PositiveSmallIntegerField(_("星级"))
    minutes = models.PositiveIntegerField(_("累计时长（分钟）"))
    reached_on = models.DateField(_("评定日期"))

    class Meta:
        verbose_name = _("志愿服务星级")
        verbose_name_plural = _("志愿服务星级")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "community", "stars"], name="volunteer_star_once"),
            models.CheckConstraint(condition=Q(stars__range=(1, MOST_STARS)), name="volunteer_star_range"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.stars}"


def plant() -> None:
    """The common thresholds, where there are none at all; never touches an administrator's edit."""
    if StarThreshold.objects.exists():
        return
    StarThreshold.objects.bulk_create(
        [
            StarThreshold(kind="points", stars=stars, at_least=least, rating=rate)
            for stars, least, rate in STARTING_POINTS
        ]
        + [StarThreshold(kind="hours", stars=stars, at_least=least) for stars, least in STARTING_HOURS]
    )


def stars_of(users: Collection[int], community_id: int | None) -> dict[int, Star]:
    """The latest stars of each, in one query."""
    rows = Star.objects.filter(user__in=users, period__community=community_id).select_related("period")
    return {row.user_id: row for row in rows.order_by("user", "-period__first").distinct("user")}


def star_of(user: "User") -> Star | None:
    return stars_of([user.pk], user.community_id).get(user.pk)
