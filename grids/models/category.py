"""What an incident is about, and how soon it must be answered and handled."""

from dataclasses import dataclass
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.timers.limits import Limit, Unit, amount_field, limit_columns, stored_limit, unit_field

MINUTES_IN_DAY = 24 * 60


@dataclass(frozen=True)
class Limits:
    """What holds for one category in one community."""

    response: Limit
    handling: Limit


class CategoryQuerySet(models.QuerySet["Category"]):
    def active(self) -> Self:
        return self.filter(active=True)


class Category(models.Model):
    """事项类别. Two limits for one code are two rows that differ in ``variant`` (在建 / 已成)."""

    class Group(models.TextChoices):
        SAFETY = "safety", _("安全隐患")
        ENVIRONMENT = "environment", _("环境卫生")
        FACILITY = "facility", _("设施损坏")
        TRAFFIC = "traffic", _("车辆通行")
        BUILDING = "building", _("房屋楼道")
        GREEN = "green", _("绿化")
        NEIGHBOURS = "neighbours", _("邻里物业")

    ICONS = {
        Group.SAFETY: "flame",
        Group.ENVIRONMENT: "trash",
        Group.FACILITY: "tool",
        Group.TRAFFIC: "car",
        Group.BUILDING: "stairs",
        Group.GREEN: "leaf",
        Group.NEIGHBOURS: "users",
    }

    class Size(models.TextChoices):
        SMALL = "small", _("小事")
        BIG = "big", _("大事")

    code = models.CharField(_("代码"), max_length=5, validators=[RegexValidator(r"^(\d{5}|L\d{2,4})$")])
    variant = models.CharField(_("情形"), max_length=20, blank=True)
    name = models.CharField(_("名称"), max_length=40)
    group = models.CharField(_("分组"), max_length=12, choices=Group.choices)
    size = models.CharField(_("大小"), max_length=5, choices=Size.choices, default=Size.SMALL)
    response_amount = amount_field(_("响应时限"))
    response_unit = unit_field(_("响应时限单位"))
    response = stored_limit("response")
    handling_amount = amount_field(_("办理时限"))
    handling_unit = unit_field(_("办理时限单位"))
    handling = stored_limit("handling")
    local = models.BooleanField(_("本地类别"), default=False)
    proposed = models.BooleanField(_("时限为建议值"), default=False)
    hint = models.CharField(_("安全提示"), max_length=120, blank=True)
    discreet = models.BooleanField(
        _("不向邻居提示"), default=False, help_text=_("涉及邻里隐私的类别：别人反映时不会看到已有的事件")
    )
    active = models.BooleanField(_("启用"), default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("事件类别")
        verbose_name_plural = _("事件类别")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["code", "variant"], name="category_once_per_variant"),
            models.CheckConstraint(
                condition=Q(response_amount__gt=0, handling_amount__gt=0), name="category_limits_above_zero"
            ),
        ]

    def __str__(self) -> str:
        if not self.variant:
            return str(_(self.name))
        return gettext("%(name)s（%(variant)s）") % {"name": _(self.name), "variant": _(self.variant)}

    @property
    def urgent(self) -> bool:
        """Its clock never stops, so it does not wait for the morning either."""
        return self.handling_unit == Unit.CLOCK

    @property
    def icon(self) -> str:
        return self.ICONS[self.Group(self.group)]

    @property
    def shown_hint(self) -> str:
        return str(_(self.hint)) if self.hint else ""

    def limits_in(self, community_id: int) -> Limits:
        """The community's own limits where they are tighter, else the category's; one query."""
        own = CategoryLimit.objects.filter(category=self, community=community_id).first()
        if own is None:
            return Limits(self.response, self.handling)
        return Limits(tighter(own.response, self.response), tighter(own.handling, self.handling))


class CategoryLimit(models.Model):
    """A community's promise to be faster than the table; it can never be slower."""

    community = models.ForeignKey(
        "directory.Community", models.CASCADE, related_name="category_limits", verbose_name=_("社区")
    )
    category = models.ForeignKey(Category, models.CASCADE, related_name="tightened", verbose_name=_("事件类别"))
    response_amount = amount_field(_("响应时限"), null=True, blank=True)
    response_unit = unit_field(_("响应时限单位"), default=Unit.WORK_MINUTES)
    response = stored_limit("response")
    handling_amount = amount_field(_("办理时限"), null=True, blank=True)
    handling_unit = unit_field(_("办理时限单位"), default=Unit.WORK_MINUTES)
    handling = stored_limit("handling")

    class Meta:
        verbose_name = _("社区时限")
        verbose_name_plural = _("社区时限")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "category"],
                name="category_limit_once",
                violation_error_message=_("本社区已为这个类别设过时限，请直接修改。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.community} {self.category}"

    def clean(self) -> None:
        """Refuse what is not certainly faster than the category's own limits."""
        for name, base in (("response", self.category.response), ("handling", self.category.handling)):
            own = getattr(self, name)
            if own is not None and not never_later(own, base):
                text = _("只能比统一时限“%(limit)s”更快，不能放宽。")
                raise ValidationError({f"{name}_amount": ValidationError(text, params={"limit": base})})


def tighter(own: Limit | None, base: Limit) -> Limit:
    """The community's limit only if it is still the faster one (the category may have been tightened since)."""
    return own if own is not None and never_later(own, base) else base


def never_later(own: Limit, base: Limit) -> bool:
    """Whether ``own`` runs out no later than ``base`` whenever the two start together.

    Limits of one unit compare. Otherwise only a limit whose length does not depend on the calendar is certain: it must
    be no longer than the other can be at its shortest (a working day takes a day or more, a working minute a minute).
    """
    if own.unit == base.unit:
        return own <= base
    return own.unit in (Unit.CLOCK, Unit.CALENDAR_DAYS) and _minutes(own) <= _minutes(base)


def _minutes(limit: Limit) -> int:
    in_days = limit.unit in (Unit.WORK_DAYS, Unit.CALENDAR_DAYS)
    return int(limit.amount * MINUTES_IN_DAY if in_days else limit.amount)


def plant() -> None:
    """Create the rows of table A that are not there yet; never overwrites an administrator's edit."""
    from grids import table_a

    have = set(Category.objects.values_list("code", "variant"))
    Category.objects.bulk_create(
        Category(
            code=row.code,
            variant=row.variant,
            name=row.name,
            group=row.group,
            size=Category.Size.SMALL if table_a.is_small(row.limit) else Category.Size.BIG,
            **limit_columns(response=table_a.response_limit(row.limit), handling=table_a.handling_limit(row.limit)),
            local=row.code.startswith("L"),
            proposed=row.proposed,
            hint=row.hint,
            discreet=row.code in table_a.DISCREET,
        )
        for row in table_a.ROWS
        if (row.code, row.variant) not in have
    )
