"""Estate, building and dwelling: the address 小区-楼栋-单元-户."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.directory.models.places import Community, Grid


class Estate(models.Model):
    """小区."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="estates", verbose_name=_("社区"))
    name = models.CharField(_("小区"), max_length=60)

    class Meta:
        verbose_name = _("小区")
        verbose_name_plural = _("小区")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["community", "name"], name="estate_once_per_community")]

    def __str__(self) -> str:
        return self.name


class Building(models.Model):
    """楼栋; its grid is the grid of every dwelling in it. ``lat`` and ``lng`` (WGS 84) place it on the map, if known."""

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="buildings", verbose_name=_("小区"))
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="buildings", verbose_name=_("所属网格"))
    name = models.CharField(_("楼栋"), max_length=30)
    units = models.PositiveSmallIntegerField(_("单元数"), default=1)
    floors = models.PositiveSmallIntegerField(_("层数"), default=1)
    built_year = models.PositiveSmallIntegerField(_("建成年份"), null=True, blank=True)
    declared_dwellings = models.PositiveIntegerField(_("户数"), default=0)
    lat = models.FloatField(
        _("纬度"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    lng = models.FloatField(
        _("经度"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )

    class Meta:
        verbose_name = _("楼栋")
        verbose_name_plural = _("楼栋")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["estate", "name"], name="building_once_per_estate"),
            models.CheckConstraint(
                condition=models.Q(lat=None, lng=None)
                | models.Q(lat__isnull=False, lng__isnull=False, lat__range=(-90, 90), lng__range=(-180, 180)),
                name="building_spot_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.estate}{self.name}"


class Dwelling(models.Model):
    """户: one private unit, with the household that lives in it."""

    class Usage(models.TextChoices):
        OWNER = "owner", _("自住")
        LET = "let", _("出租")
        EMPTY = "empty", _("空置")
        BUSINESS = "business", _("经营")
        OTHER = "other", _("其他")

    building = models.ForeignKey(Building, models.PROTECT, related_name="dwellings", verbose_name=_("楼栋"))
    unit = models.CharField(_("单元"), max_length=20, blank=True)
    room = models.CharField(_("房号"), max_length=20)
    householder = models.ForeignKey(
        "directory.Person", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("户主")
    )
    residents = models.PositiveSmallIntegerField(_("常住人口"), default=0)
    usage = models.CharField(_("使用状况"), max_length=10, choices=Usage.choices, default=Usage.OWNER)
    care_groups = models.CharField(
        _("重点人群"),
        max_length=60,
        blank=True,
        help_text=_("敏感信息（低保、残疾等）：默认隐藏，查看需说明理由"),
    )
    area = models.DecimalField(_("建筑面积（㎡）"), max_digits=8, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("房屋")
        verbose_name_plural = _("房屋")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["building", "unit", "room"], name="dwelling_once_per_unit"),
            models.CheckConstraint(condition=models.Q(area__isnull=True) | models.Q(area__gt=0), name="dwelling_area"),
        ]

    def __str__(self) -> str:
        return f"{self.building}{self.unit}{self.room}"
