"""Street, community and grid: the three nested scopes that posts, cases and duties belong to."""

from datetime import date
from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Street(models.Model):
    """街道: the township-level office above several communities; code = 区划 6 + 街道 3 digits."""

    code = models.CharField(_("街道编码"), max_length=9, unique=True, validators=[RegexValidator(r"^\d{9}$")])
    name = models.CharField(_("街道名称"), max_length=60)

    class Meta:
        verbose_name = _("街道")
        verbose_name_plural = _("街道")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Community(models.Model):
    """社区: the tenant of the hub; nobody but its street sees into it from outside."""

    street = models.ForeignKey(Street, models.PROTECT, related_name="communities", verbose_name=_("街道"))
    code = models.CharField(_("社区编码"), max_length=12, unique=True, validators=[RegexValidator(r"^\d{12}$")])
    name = models.CharField(_("社区名称"), max_length=60)
    phone = models.CharField(_("服务电话"), max_length=20, blank=True)
    address = models.CharField(_("地址"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("社区")
        verbose_name_plural = _("社区")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class GridQuerySet(models.QuerySet["Grid"]):
    def standing(self, day: date) -> Self:
        """Grids that there are on that day: drawn by then and not yet merged into others."""
        drawn, kept = Q(opened_on=None) | Q(opened_on__lte=day), Q(closed_on=None) | Q(closed_on__gt=day)
        return self.filter(drawn, kept)


class Grid(models.Model):
    """网格: the smallest unit of service, coded 区划 6 + 街道 3 + 社区 3 + 顺序 3.

    A grid that was drawn later or merged into others keeps its row, because matters and figures of its time name it:
    there was one from ``opened_on`` (empty: always) until before ``closed_on`` (empty: still).
    """

    class Kind(models.TextChoices):
        RESIDENTIAL = "residential", _("居民网格")
        SPECIAL = "special", _("特色网格")

    community = models.ForeignKey(Community, models.PROTECT, related_name="grids", verbose_name=_("社区"))
    code = models.CharField(_("网格编码"), max_length=15, unique=True, validators=[RegexValidator(r"^\d{15}$")])
    name = models.CharField(_("网格名称"), max_length=60)
    kind = models.CharField(_("网格类型"), max_length=12, choices=Kind.choices, default=Kind.RESIDENTIAL)
    supervision_phone = models.CharField(_("监督电话"), max_length=20, blank=True)
    remark = models.CharField(_("备注"), max_length=200, blank=True)
    opened_on = models.DateField(_("启用日期"), null=True, blank=True)
    closed_on = models.DateField(_("撤销日期"), null=True, blank=True)

    objects = GridQuerySet.as_manager()

    class Meta:
        verbose_name = _("网格")
        verbose_name_plural = _("网格")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opened_on=None) | Q(closed_on=None) | Q(closed_on__gte=F("opened_on")), name="grid_term"
            )
        ]

    def __str__(self) -> str:
        return self.name
