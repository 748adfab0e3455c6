"""Fills the national holiday table from the `chinesecalendar` package, a copy of the State Council's yearly notices."""

from datetime import date, datetime, timedelta

import chinese_calendar
from django.utils import timezone
from django.utils.translation import gettext as _

from community.timers.models.calendar import CalendarDay

FIRST_YEAR = 2026  # the hub keeps no clocks from before
NOVEMBER = 11  # the notice for the next year appears in the autumn


class NoHolidayDataError(ValueError):
    """The package does not know that year; the text is for the administrator."""


def plant() -> int:
    """Fill every year the package knows and the table does not; returns the days added.

    Meant for post_migrate. A year that has rows is left alone, so an administrator's corrections and deletions stay.
    """
    filled = _filled_years()
    return sum(fill(year) for year in range(FIRST_YEAR, _last_year() + 1) if year not in filled)


def fill(year: int) -> int:
    """Add the national holidays and make-up days of a year that are not in the table; existing rows stay as they are.

    Returns the number of days added. Raises NoHolidayDataError.
    """
    days = _notice(year)
    present = set(CalendarDay.objects.national().filter(date__year=year).values_list("date", flat=True))
    missing = [day for day in days if day.date not in present]
    CalendarDay.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def missing_years(now: datetime) -> list[int]:
    """Years that run on plain weekends for want of data: this year, and from November on the next as well."""
    today = timezone.localtime(now)
    years = [today.year, today.year + 1] if today.month >= NOVEMBER else [today.year]
    filled = _filled_years()
    return [year for year in years if year not in filled]


def _filled_years() -> set[int]:
    return {day.year for day in CalendarDay.objects.national().dates("date", "year")}


def _last_year() -> int:
    return max(day.year for day in chinese_calendar.holidays)


def _notice(year: int) -> list[CalendarDay]:
    try:
        return [row for offset in range(366) if (row := _row(date(year, 1, 1) + timedelta(days=offset), year))]
    except (NotImplementedError, OverflowError, ValueError) as error:
        raise NoHolidayDataError(
            _("节假日数据包中没有 %(year)s 年的安排（最新到 %(last)s 年）。请在国务院公布后升级数据包，或手工录入。")
            % {"year": year, "last": _last_year()}
        ) from error


def _row(day: date, year: int) -> CalendarDay | None:
    """The table's row of a day; None for a day that is what its weekday says."""
    if day.year != year:
        return None
    is_off, english = chinese_calendar.get_holiday_detail(day)
    if english is None:
        return None
    name = chinese_calendar.Holiday(english).chinese
    return CalendarDay(date=day, is_working=not is_off, name=name if is_off else f"{name}调休上班")
