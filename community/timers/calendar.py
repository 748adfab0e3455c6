"""The working calendar: when a limit runs out, how much was worked, whether the office is open.

Which days count
- A community's own row in the holiday table decides, else the national row, else Monday to Friday where it has hours.
- Office hours on a weekend open the desk (working hours run) but make no working day (工作日 is a term of law).
- On a declared working day whose weekday has no hours of its own (a make-up Saturday), those of the first working
  weekday apply. Hours marked “节假日照常” stay open on national holidays; a community's own closure closes them too.

How limits run
- CLOCK: minutes that never stop. CALENDAR_DAYS: same time of day n days later.
- WORK_MINUTES: only opening time counts; the end may be a closing moment.
- WORK_DAYS: a start outside the opening of a working day moves to the next one first; then the same time of day on the
  nth working day after, pushed into that day's hours where they differ.
- A part of a day is that part of the opening time between the two whole days around it, so `due` never falls when the
  start or the amount rises. (Only inside the hour repeated or skipped by a clock change may two starts swap.)
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from fractions import Fraction
from functools import lru_cache

from django.core.cache import cache
from django.utils import timezone

from community.timers.limits import Amount, Limit, Unit
from community.timers.models.calendar import (
    CALENDARS_TOKEN,
    CALENDARS_TOKEN_SECONDS,
    CalendarDay,
    OfficeHours,
)
from community.timers.openings import EPOCH, MIDNIGHT, TICK, Openings, Span, Table, local_ticks, ticks

WORKING_WEEK = range(5)
DEFAULT_SPANS = (Span(time(9), time(12)), Span(time(13, 30), time(17, 30)))
DEFAULT_HOURS: Mapping[int, Sequence[Span]] = dict.fromkeys(WORKING_WEEK, DEFAULT_SPANS)
MINUTE = timedelta(minutes=1) // TICK


class WorkingCalendar:
    """Pure once built: no query, no clock of its own. Results are aware datetimes in the calendar's zone.

    `hours` maps weekdays (0 is Monday) to spans in order; `national` and `own` map dates to whether they are worked.
    """

    def __init__(
        self,
        hours: Mapping[int, Sequence[Span]] = DEFAULT_HOURS,
        national: Mapping[date, bool] | None = None,
        own: Mapping[date, bool] | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        self.zone = zone or timezone.get_default_timezone()
        self._hours = dict(hours)
        self._national = national or {}
        self._own = own or {}
        self._week = [day for day in WORKING_WEEK if day in self._hours] or sorted(self._hours)
        self._open = Openings(self.spans_on, self.zone)
        self._working = Openings(self._working_spans_on, self.zone)

    def is_working_day(self, day: date) -> bool:
        return self._own.get(day, self._national.get(day, day.weekday() in self._week))

    def spans_on(self, day: date) -> Sequence[Span]:
        """The opening spans of a day in order; empty when closed."""
        if self.is_working_day(day):
            return self._working_hours(day.weekday())
        if day in self._own:
            return ()
        spans = self._hours.get(day.weekday(), ())
        return [span for span in spans if span.on_holidays] if day in self._national else spans

    def due(self, start: datetime, limit: Limit) -> datetime:
        """The moment the limit runs out, counted from `start` (aware). O(log n) in the length of the limit."""
        at = ticks(start)
        if limit.unit == Unit.CLOCK:
            return self._moment(at + round(limit.amount * MINUTE))
        if limit.unit == Unit.CALENDAR_DAYS:
            return self._moment(self._calendar_days(start, limit.amount))
        year = start.astimezone(self.zone).year
        if limit.unit == Unit.WORK_DAYS:
            return self._moment(self._working.ask(lambda table: _work_days(table, at, limit.amount), year))
        return self._moment(self._open.ask(lambda table: _work_time(table, at, round(limit.amount * MINUTE)), year))

    def span(self, start: datetime, end: datetime, unit: Unit) -> Limit:
        """The limit that counted from ``start`` runs out at ``end``, nothing for an end before the start.

        The inverse of ``due``: where ``end == due(start, limit)``, the span found leads from ``start`` there again.
        """
        at, finish = ticks(start), max(ticks(start), ticks(end))
        years = start.astimezone(self.zone).year, max(start, end).astimezone(self.zone).year
        if unit == Unit.CLOCK:
            return Limit(Fraction(finish - at, MINUTE), unit)
        if unit == Unit.CALENDAR_DAYS:
            return Limit(self._days_apart(start, finish), unit)
        if unit == Unit.WORK_DAYS:
            return Limit(self._working.ask(lambda table: _work_days_apart(table, at, finish), *years), unit)
        worked = self._open.ask(lambda table: table.worked(finish) - table.worked(at), *years)
        return Limit(Fraction(worked, MINUTE), unit)

    def closing(self, day: date) -> datetime:
        """When the office closes on that day; midnight at its end where it does not open at all."""
        spans = self.spans_on(day)
        closes = spans[-1].closes if spans else MIDNIGHT
        return datetime.combine(day + timedelta(days=closes == MIDNIGHT), closes, self.zone)

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Opening time between two moments; negative when the end lies before the start."""
        first, last = sorted((start.astimezone(self.zone).year, end.astimezone(self.zone).year))
        begin, finish = ticks(start), ticks(end)
        return TICK * self._open.ask(lambda table: table.worked(finish) - table.worked(begin), first, last)

    def worked_minutes(self, start: datetime, end: datetime) -> int:
        """Whole minutes of opening time between two moments."""
        return self.worked(start, end) // timedelta(minutes=1)

    def is_open(self, at: datetime) -> bool:
        """Open from the opening moment up to, not including, the closing one."""
        return self.next_opening(at) == at

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself when open."""
        asked = ticks(at)
        return self._moment(self._open.ask(lambda table: table.next_opening(asked), at.astimezone(self.zone).year))

    def _working_spans_on(self, day: date) -> Sequence[Span]:
        return self.spans_on(day) if self.is_working_day(day) else ()

    def _working_hours(self, weekday: int) -> Sequence[Span]:
        return self._hours[weekday if weekday in self._week else self._week[0]]

    def _calendar_days(self, start: datetime, amount: Amount) -> int:
        local = start.astimezone(self.zone)
        whole, part = divmod(Fraction(amount), 1)
        ends = [local_ticks(local.date() + timedelta(days=whole + n), local.time(), self.zone) for n in (0, 1)]
        return ends[0] + round((ends[1] - ends[0]) * part)

    def _days_apart(self, start: datetime, finish: int) -> Fraction:
        local = start.astimezone(self.zone)

        def after(count: int) -> int:
            return local_ticks(local.date() + timedelta(days=count), local.time(), self.zone)

        whole = ((EPOCH + finish * TICK).astimezone(self.zone).date() - local.date()).days
        whole -= after(whole) > finish
        return whole + Fraction(finish - after(whole), after(whole + 1) - after(whole))

    def _moment(self, at: int) -> datetime:
        return (EPOCH + at * TICK).astimezone(self.zone)


def _work_time(table: Table, at: int, amount: int) -> int:
    return table.when(table.worked(at) + amount) if amount else table.next_opening(at)


def _work_days(table: Table, at: int, amount: Amount) -> int:
    whole, part = divmod(Fraction(amount), 1)
    begin = table.day_after(at, whole)
    if not part:
        return begin
    worked, later = table.worked(begin), table.worked(table.day_after(at, whole + 1))
    return max(begin, table.when(worked + round((later - worked) * part)))


def _work_days_apart(table: Table, at: int, finish: int) -> Fraction:
    begin = table.next_opening(at)
    if finish <= begin:
        return Fraction(0)
    whole = table.days_between(begin, finish)
    while table.day_after(at, whole) > finish:
        whole -= 1
    done, next_day = table.day_after(at, whole), table.day_after(at, whole + 1)
    worked, length = table.worked(finish) - table.worked(done), table.worked(next_day) - table.worked(done)
    return whole + (Fraction(worked, length) if length else Fraction(0))


_built: dict[int | None, tuple[str | None, WorkingCalendar]] = {}


def calendar_for(community_id: int | None) -> WorkingCalendar:
    """The calendar of a community (None: national days, default hours). One cache look-up; queries only after an edit.

    The token is read before the rows, so an edit that lands in between gives a new token and a second build.
    """
    token = cache.get_or_set(CALENDARS_TOKEN, lambda: uuid.uuid4().hex, CALENDARS_TOKEN_SECONDS)
    built_with, calendar = _built.get(community_id, (None, None))
    if calendar is None or built_with != token:
        calendar = _read(community_id)
        _built[community_id] = (token, calendar)
    return calendar


def _read(community_id: int | None) -> WorkingCalendar:
    days = CalendarDay.objects.of(community_id).values_list("community_id", "date", "is_working")
    hours = OfficeHours.objects.filter(community=community_id).order_by("weekday", "opens")
    spans = [(row.weekday, Span(row.opens, row.closes, row.on_holidays)) for row in hours]
    national = tuple((day, works) for owner, day, works in days if owner is None)
    own = tuple((day, works) for owner, day, works in days if owner is not None)
    return _shared(tuple(spans), national, own)


@lru_cache(maxsize=256)
def _shared(
    spans: tuple[tuple[int, Span], ...], national: tuple[tuple[date, bool], ...], own: tuple[tuple[date, bool], ...]
) -> WorkingCalendar:
    """Communities with the same rows share one table: most have none of their own."""
    hours: dict[int, list[Span]] = {}
    for weekday, span in spans:
        hours.setdefault(weekday, []).append(span)
    return WorkingCalendar(hours or DEFAULT_HOURS, dict(national), dict(own))
