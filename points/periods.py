"""The half-years by which points are capped, counted for stars and redeemed, and the quarters of rehearsals."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _


class Period(NamedTuple):
    first: date
    last: date

    @property
    def since(self) -> datetime:
        return midnight(self.first)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return midnight(self.last + timedelta(days=1))

    def before(self) -> "Period":
        return half_of(self.first - timedelta(days=1))

    def __str__(self) -> str:
        names = {1: _("%(year)s 年上半年"), 7: _("%(year)s 年下半年")}
        return names[self.first.month] % {"year": self.first.year}


def midnight(day: date) -> datetime:
    """Local."""
    return timezone.make_aware(datetime.combine(day, time.min))


def half_of(day: date) -> Period:
    """The half-year that the day lies in."""
    if day.month <= 6:
        return Period(date(day.year, 1, 1), date(day.year, 6, 30))
    return Period(date(day.year, 7, 1), date(day.year, 12, 31))


def quarter_before(day: date) -> tuple[date, date]:
    """First and last day of the quarter that is over."""
    begins = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    last = begins - timedelta(days=1)
    return date(last.year, last.month - 2, 1), last
