"""Street, community and grid: the three nested scopes that posts, cases and duties belong to."""

from django.core.validators import RegexValidator
from django.db import models
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


class Grid(models.Model):
    """网格: the smallest unit of service, coded 区划 6 + 街道 3 + 社区 3 + 顺序 3."""

    class Kind(models.TextChoices):
        RESIDENTIAL = "residential", _("居民网格")
        SPECIAL = "special", _("特色网格")

    community = models.ForeignKey(Community, models.PROTECT, related_name="grids", verbose_name=_("社区"))
    code = models.CharField(_("网格编码"), max_length=15, unique=True, validators=[RegexValidator(r"^\d{15}$")])
    name = models.CharField(_("网格名称"), max_length=60)
    kind = models.CharField(_("网格类型"), max_length=12, choices=Kind.choices, default=Kind.RESIDENTIAL)
    supervision_phone = models.CharField(_("监督电话"), max_length=20, blank=True)
    remark = models.CharField(_("备注"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("网格")
        verbose_name_plural = _("网格")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
