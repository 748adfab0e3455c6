"""Limits: how long something may take, in the four units of the grid standard (domain rules, section 1)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import total_ordering
from math import floor
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

Amount = int | Fraction


class Unit(models.TextChoices):
    """CLOCK and WORK_MINUTES count minutes, the other two count days."""

    CLOCK = "clock", _("紧急工作时")
    WORK_MINUTES = "work_minutes", _("工作时")
    WORK_DAYS = "work_days", _("工作日")
    CALENDAR_DAYS = "calendar_days", _("自然日")


@total_ordering
@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of minutes or days (by the unit), never negative.

    Limits of one unit compare; across units they do not (TypeError), because 4 working hours may be two hours or
    nine days of waiting: ask the calendar for both moments and compare those.
    """

    amount: Amount
    unit: Unit

    def __post_init__(self) -> None:
        exact = Fraction(self.amount)
        if isinstance(self.amount, float) or exact < 0:
            raise ValueError(f"A limit is a whole number or a Fraction, not negative; got {self.amount!r}")
        object.__setattr__(self, "amount", int(exact) if exact.denominator == 1 else exact)
        object.__setattr__(self, "unit", Unit(self.unit))

    @classmethod
    def minutes(cls, amount: Amount) -> Limit:
        """Minutes on a clock that never stops."""
        return cls(amount, Unit.CLOCK)

    @classmethod
    def hours(cls, amount: Amount) -> Limit:
        """Hours on a clock that never stops."""
        return cls(amount * 60, Unit.CLOCK)

    @classmethod
    def working_hours(cls, amount: Amount) -> Limit:
        return cls(amount * 60, Unit.WORK_MINUTES)

    @classmethod
    def working_days(cls, amount: Amount) -> Limit:
        return cls(amount, Unit.WORK_DAYS)

    @classmethod
    def days(cls, amount: Amount) -> Limit:
        """Calendar days."""
        return cls(amount, Unit.CALENDAR_DAYS)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Limit) or other.unit != self.unit:
            return NotImplemented
        return self.amount < other.amount

    def __mul__(self, part: Amount) -> Limit:
        if not isinstance(part, int | Fraction):
            return NotImplemented
        return Limit(self.amount * part, self.unit)

    __rmul__ = __mul__

    def __str__(self) -> str:
        if self.unit in (Unit.WORK_DAYS, Unit.CALENDAR_DAYS):
            return _days_text(self.amount, self.unit)
        return _minutes_text(floor(self.amount + Fraction(1, 2)), self.unit)


def _days_text(amount: Amount, unit: Unit) -> str:
    figure = f"{float(amount):.2f}".rstrip("0").rstrip(".")
    many = 1 if amount == 1 else 2
    if unit == Unit.WORK_DAYS:
        return ngettext("%(days)s 个工作日", "%(days)s 个工作日", many) % {"days": figure}
    return ngettext("%(days)s 天", "%(days)s 天", many) % {"days": figure}


def _minutes_text(amount: int, unit: Unit) -> str:
    """“2 小时 30 分钟”, “4 个工作时”; less than a working hour says that only working time counts."""
    hours, minutes = divmod(amount, 60)
    if unit == Unit.WORK_MINUTES and not hours:
        return ngettext("%(minutes)d 分钟工作时间", "%(minutes)d 分钟工作时间", minutes) % {"minutes": minutes}
    texts = []
    if hours and unit == Unit.WORK_MINUTES:
        texts.append(ngettext("%(hours)d 个工作时", "%(hours)d 个工作时", hours) % {"hours": hours})
    elif hours:
        texts.append(ngettext("%(hours)d 小时", "%(hours)d 小时", hours) % {"hours": hours})
    if minutes or not hours:
        texts.append(ngettext("%(minutes)d 分钟", "%(minutes)d 分钟", minutes) % {"minutes": minutes})
    return " ".join(texts)


def amount_field(label: Any, **options: Any) -> models.PositiveIntegerField:
    """The first of a stored limit's two columns: whole minutes or days. With null=True the limit may be absent."""
    return models.PositiveIntegerField(label, **options)


def unit_field(label: Any, **options: Any) -> models.CharField:
    """The second of a stored limit's two columns; kept even where the amount is null, so a form can offer it."""
    return models.CharField(label, max_length=16, choices=Unit.choices, **options)


def limit_columns(**limits: Limit | None) -> dict[str, Any]:
    """The columns of stored limits, for a constructor: ``Category(**limit_columns(handling=Limit.working_days(3)))``."""
    columns: dict[str, Any] = {}
    for name, limit in limits.items():
        columns[f"{name}_amount"] = None if limit is None else whole(limit)
        if limit is not None:
            columns[f"{name}_unit"] = limit.unit.value
    return columns


def whole(limit: Limit) -> int:
    """Its amount, which must be one that a column can hold."""
    if not isinstance(limit.amount, int):
        raise ValueError(f"Only whole minutes or days are stored, not {limit.amount}")
    return limit.amount


def stored_limit(name: str) -> property:
    """A property over the columns `<name>_amount` and `<name>_unit`; reads and writes `Limit | None`.

        handling_amount = amount_field(_("办理时限"))
        handling_unit = unit_field(_("办理时限单位"))
        handling = stored_limit("handling")      # category.handling = Limit.working_hours(4)

    Fractions are for parts of a limit in memory; storing one raises ValueError.
    """

    def read(row: models.Model) -> Limit | None:
        amount = getattr(row, f"{name}_amount")
        return None if amount is None else Limit(amount, Unit(getattr(row, f"{name}_unit")))

    def write(row: models.Model, limit: Limit | None) -> None:
        for column, value in limit_columns(**{name: limit}).items():
            setattr(row, column, value)

    return property(read, write)
