"""Dates, durations and time left, in the words of the page's language (see ``community.formats``)."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.dateformat import DateFormat
from django.utils.formats import get_format
from django.utils.translation import gettext as _

MINUTES_IN_DAY = 24 * 60


class _Format(DateFormat):
    """Django's own format letters, with the short weekday names people write on notices (周五, not 星期五)."""

    def D(self) -> str:  # noqa: N802 (the format letter)
        assert isinstance(self.data, date)  # noqa: S101 (a time of day has no weekday)
        return get_format("WEEKDAYS")[self.data.weekday()]


def moment(at: datetime, *, now: datetime | None = None) -> str:
    """“11月21日（周五）14:30” in the current time zone."""
    return _dated(timezone.localtime(at) if timezone.is_aware(at) else at, "MOMENT", now)


def day(at: date, *, now: datetime | None = None) -> str:
    """“11月21日（周五）”."""
    if isinstance(at, datetime) and timezone.is_aware(at):
        at = timezone.localtime(at)
    return _dated(at, "DAY", now)


def duration(length: timedelta | int | float) -> str:
    """“2 小时 15 分” from minutes or a timedelta: the two largest units, never negative."""
    minutes = int(length.total_seconds() // 60) if isinstance(length, timedelta) else int(length)
    minutes = abs(minutes)
    if minutes < 1:
        return _("不到 1 分")
    days, rest = divmod(minutes, MINUTES_IN_DAY)
    hours, minutes = divmod(rest, 60)
    return _in_units(days, hours, 0 if days else minutes)


def hours(minutes: int) -> str:
    """“120 小时” from 7,200 minutes: hours of service are never told in days."""
    return _in_units(0, *divmod(abs(minutes), 60))


def _in_units(*amounts: int) -> str:
    """Of days, hours and minutes those that there are."""
    parts = [
        f"{amount} {one if amount == 1 else many}"
        for amount, (one, many) in zip(amounts, get_format("DURATION_UNITS"), strict=True)
        if amount
    ]
    return " ".join(parts)


def remaining(due: datetime, *, now: datetime | None = None) -> str:
    """“还剩 2 小时 15 分” before the moment, “已超时 35 分” after it."""
    left = due - (now or timezone.now())
    words = _("还剩 %(time)s") if left >= timedelta(0) else _("已超时 %(time)s")
    return words % {"time": duration(left if left >= timedelta(0) else -left)}


def ago(at: datetime, *, now: datetime | None = None) -> str:
    """“35 分前” within a day, then the moment itself."""
    now = now or timezone.now()
    passed = now - at
    if passed < timedelta(minutes=1):
        return _("刚刚")
    if passed < timedelta(days=1):
        return _("%(time)s前") % {"time": duration(passed)}
    return moment(at, now=now)


def _dated(at: date, kind: str, now: datetime | None) -> str:
    this_year = timezone.localtime(now).year
    return _Format(at).format(get_format(f"{kind}_FORMAT" if at.year == this_year else f"{kind}_YEAR_FORMAT"))
