"""Opening spans laid end to end, so that working time is a number one can add to and compare.

All moments in here are microseconds since 1970 (UTC); days are local dates of the calendar's zone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple, TypeVar

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
MIDNIGHT = time(0)
FAR = 12  # years after which a calendar that has not opened is taken to be closed for good

T = TypeVar("T")


class NeverOpensError(ValueError):
    """No opening in the next FAR years: somebody has marked every day as a holiday."""


class Span(NamedTuple):
    """Office hours from `opens` until `closes` (00:00 is midnight at the end of the day)."""

    opens: time
    closes: time
    on_holidays: bool = False


def ticks(at: datetime) -> int:
    """Microseconds of an aware datetime; ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("The calendar needs an aware datetime")
    return (at - EPOCH) // TICK


def local_ticks(day: date, at: time, zone: tzinfo) -> int:
    return ticks(datetime.combine(day, at, zone))


@dataclass(frozen=True, slots=True)
class Table:
    """The spans of whole years in order. Every method raises IndexError where the answer lies beyond the last one."""

    years: range
    zone: tzinfo
    opens: list[int] = field(default_factory=list)
    closes: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)  # worked since the table's start, at the opening of each span
    after: list[int] = field(default_factory=list)  # the same at its closing
    day_of: list[int] = field(default_factory=list)  # number of the span's day among the days with an opening
    days: list[date] = field(default_factory=list)
    first: list[int] = field(default_factory=list)  # number of the first span of each such day

    def add(self, day: date, spans: Sequence[Span]) -> None:
        """Append a day; spans in order. A clock change may swallow a span or make two touch, never overlap."""
        next_span = len(self.opens)
        for span in spans:
            opens = max(local_ticks(day, span.opens, self.zone), self.closes[-1] if self.closes else 0)
            end = day + timedelta(days=span.closes == MIDNIGHT)
            closes = local_ticks(end, span.closes, self.zone)
            if opens < closes:
                worked = self.after[-1] if self.after else 0
                self.opens.append(opens)
                self.closes.append(closes)
                self.before.append(worked)
                self.after.append(worked + closes - opens)
                self.day_of.append(len(self.days))
        if len(self.opens) > next_span:
            self.days.append(day)
            self.first.append(next_span)

    def next_opening(self, at: int) -> int:
        """`at` itself when open; the closing moment is no longer open."""
        return max(at, self.opens[bisect_right(self.closes, at)])

    def worked(self, at: int) -> int:
        """Working time from the table's start to `at`."""
        span = bisect_right(self.closes, at)
        return self.before[span] + max(0, at - self.opens[span])

    def when(self, worked: int) -> int:
        """The earliest moment at which so much has been worked: a closing rather than the opening after it."""
        span = bisect_left(self.after, worked)
        return self.opens[span] + worked - self.before[span]

    def day_after(self, at: int, count: int) -> int:
        """From the next opening, the same time of day `count` opening days later, pushed into that day's hours."""
        start = self.next_opening(at)
        number = self.day_of[bisect_right(self.closes, start)] + count
        clock = (EPOCH + start * TICK).astimezone(self.zone).time()
        return self._within(number, local_ticks(self.days[number], clock, self.zone))

    def days_between(self, at: int, later: int) -> int:
        """How many opening days lie between the days of two moments, each in its opening time or at a closing."""
        return self.day_of[bisect_left(self.closes, later)] - self.day_of[bisect_right(self.closes, at)]

    def _within(self, number: int, wanted: int) -> int:
        end = self.first[number + 1] if number + 1 < len(self.first) else len(self.opens)
        for span in range(self.first[number], end):
            if wanted < self.closes[span]:
                return max(wanted, self.opens[span])
        return self.closes[end - 1]


class Openings:
    """A table that grows by whole years as far as questions reach; safe between threads (a table is never changed)."""

    def __init__(self, spans_on: Callable[[date], Sequence[Span]], zone: tzinfo) -> None:
        self._spans_on = spans_on
        self._zone = zone
        self._table = Table(range(0), zone)

    def ask(self, question: Callable[[Table], T], first_year: int, last_year: int | None = None) -> T:
        """Answer from a table that covers the given years, and later ones while the answer lies beyond.

        The year after is always laid out, because on 31 December the next opening lies in it. Raises NeverOpensError.
        """
        last_year = (last_year or first_year) + 1
        for last in range(last_year, last_year + FAR):
            try:
                return question(self._covering(first_year, last))
            except IndexError:
                continue
        raise NeverOpensError(f"No opening between {first_year} and {last}")

    def _covering(self, first: int, last: int) -> Table:
        table = self._table
        if first in table.years and last in table.years:
            return table
        if table.years:
            first, last = min(first, table.years[0]), max(last, table.years[-1])
        self._table = table = self._laid_out(range(first, last + 1))
        return table

    def _laid_out(self, years: range) -> Table:
        table = Table(years, self._zone)
        day, end = date(years[0], 1, 1), date(years[-1], 12, 31)
        while day <= end:
            table.add(day, self._spans_on(day))
            day += timedelta(days=1)
        return table
