"""The working calendar by examples taken from 2026's notice, and by properties that hold for every start and amount."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from time import perf_counter
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.timers.calendar import DEFAULT_HOURS, WorkingCalendar
from community.timers.limits import Limit, Unit
from community.timers.openings import NeverOpensError, Span

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOTICE_2026 = {
    day: chinese_calendar.is_workday(day)
    for day in chinese_calendar.get_dates(date(2026, 1, 1), date(2026, 12, 31))
    if chinese_calendar.get_holiday_detail(day)[1]
}
AROUND_THE_CLOCK = {weekday: [Span(time(0), time(0), on_holidays=True)] for weekday in range(7)}
SATURDAY_DESK = {**DEFAULT_HOURS, 5: [Span(time(9), time(12))]}
SHORT_FRIDAY = {**DEFAULT_HOURS, 4: [Span(time(10), time(11)), Span(time(14), time(15))]}
OFFICE = WorkingCalendar(DEFAULT_HOURS, NOTICE_2026, zone=SHANGHAI)
DUTY_DESK = WorkingCalendar(AROUND_THE_CLOCK, NOTICE_2026, zone=SHANGHAI)
CALENDARS = {
    "office": OFFICE,
    "duty desk": DUTY_DESK,
    "saturdays": WorkingCalendar(SATURDAY_DESK, NOTICE_2026, zone=SHANGHAI),
    "short fridays": WorkingCalendar(SHORT_FRIDAY, NOTICE_2026, zone=SHANGHAI),
}


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """“2026-02-13 17:00” in the given zone."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        # The clock never stops, not even on New Year's Eve.
        ("2026-02-16 23:50", Limit.minutes(30), "2026-02-17 00:20"),
        ("2026-11-20 23:00", Limit.hours(2), "2026-11-21 01:00"),
        # Working hours: within a span, over lunch, over an evening, before opening, at a closing moment.
        ("2026-11-18 09:15", Limit.working_hours(2), "2026-11-18 11:15"),
        ("2026-11-18 11:00", Limit.working_hours(2), "2026-11-18 14:30"),
        ("2026-11-18 12:40", Limit.working_hours(1), "2026-11-18 14:30"),
        ("2026-11-18 10:00", Limit.working_hours(2), "2026-11-18 12:00"),
        ("2026-11-18 16:30", Limit.working_hours(2), "2026-11-19 10:00"),
        ("2026-11-18 06:00", Limit.working_hours(4), "2026-11-18 14:30"),
        ("2026-11-18 17:30", Limit.working_hours(1), "2026-11-19 10:00"),
        ("2026-11-18 09:00", Limit.working_hours(7), "2026-11-18 17:30"),
        ("2026-11-20 16:00", Limit.working_hours(4), "2026-11-23 11:30"),
        ("2026-11-20 21:00", Limit.working_hours(4), "2026-11-23 14:30"),
        ("2026-11-21 10:00", Limit.working_hours(0), "2026-11-23 09:00"),
        # Friday evening before the make-up Saturday: it is a working day, then Spring Festival until 24 February.
        ("2026-02-13 20:00", Limit.working_hours(4), "2026-02-14 14:30"),
        ("2026-02-14 16:30", Limit.working_hours(2), "2026-02-24 10:00"),
        ("2026-02-13 15:00", Limit.working_days(1), "2026-02-14 15:00"),
        ("2026-02-13 15:00", Limit.working_days(2), "2026-02-24 15:00"),
        ("2026-02-18 15:00", Limit.working_days(1), "2026-02-25 09:00"),
        # The make-up Sunday before National Day, and a holiday in the middle of a week.
        ("2026-09-18 10:00", Limit.working_days(1), "2026-09-20 10:00"),
        ("2026-09-30 16:30", Limit.working_hours(2), "2026-10-08 10:00"),
        ("2026-09-30 11:00", Limit.working_days(3), "2026-10-10 11:00"),
        ("2026-06-18 17:00", Limit.working_days(1), "2026-06-22 17:00"),
        # Working days: a start outside opening hours moves to the next opening first.
        ("2026-11-18 10:10", Limit.working_days(5), "2026-11-25 10:10"),
        ("2026-11-18 12:30", Limit.working_days(1), "2026-11-19 13:30"),
        ("2026-11-18 07:00", Limit.working_days(1), "2026-11-19 09:00"),
        ("2026-11-20 18:00", Limit.working_days(1), "2026-11-24 09:00"),
        ("2026-11-21 10:00", Limit.working_days(0), "2026-11-23 09:00"),
        ("2026-11-18 10:00", Limit.working_days(2) * Fraction(3, 4), "2026-11-19 15:00"),
        ("2026-11-18 09:00", Limit.working_days(Fraction(1, 2)), "2026-11-18 14:00"),
        # A vanishing part stays at the opening and does not slip back to last evening's closing.
        ("2026-11-18 09:00", Limit.working_days(Fraction(1, 10**12)), "2026-11-18 09:00"),
        # Calendar days take no notice of holidays or hours.
        ("2026-02-13 20:00", Limit.days(7), "2026-02-20 20:00"),
        ("2026-02-13 20:00", Limit.days(Fraction(1, 2)), "2026-02-14 08:00"),
        # 2027 has no notice yet: plain weekends, so 1 January is taken for a working Friday.
        ("2026-12-31 17:00", Limit.working_hours(1), "2027-01-01 09:30"),
        ("2026-12-30 10:00", Limit.working_days(3), "2027-01-04 10:00"),
        ("2027-02-12 17:00", Limit.working_hours(1), "2027-02-15 09:30"),
    ],
)
def test_the_office_calendar(start, limit, due):
    assert OFFICE.due(at(start), limit) == at(due)


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2026-11-21 22:00", Limit.working_hours(4), "2026-11-22 02:00"),
        ("2026-02-17 03:00", Limit.working_hours(30), "2026-02-18 09:00"),
        ("2026-11-19 22:00", Limit.working_days(1), "2026-11-20 22:00"),
        ("2026-11-20 22:00", Limit.working_days(1), "2026-11-23 22:00"),
        # A working day is a term of law: a Saturday's ticket counts from Monday 00:00, so one day ends with Monday.
        ("2026-11-21 10:00", Limit.working_days(1), "2026-11-24 00:00"),
    ],
)
def test_a_desk_open_around_the_clock(start, limit, due):
    assert DUTY_DESK.due(at(start), limit) == at(due)


def test_a_saturday_desk_works_hours_but_makes_no_working_day():
    calendar = CALENDARS["saturdays"]
    assert calendar.due(at("2026-11-20 17:00"), Limit.working_hours(1)) == at("2026-11-21 09:30")
    assert calendar.due(at("2026-11-20 17:00"), Limit.working_days(1)) == at("2026-11-23 17:00")


def test_a_make_up_saturday_is_worked_a_full_day_even_where_saturdays_are_short():
    assert CALENDARS["saturdays"].is_open(at("2026-02-14 16:00"))
    assert not CALENDARS["saturdays"].is_open(at("2026-02-21 10:00"))


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-11-19 09:30", "2026-11-20 10:00"),
        ("2026-11-19 10:30", "2026-11-20 10:30"),
        ("2026-11-19 11:30", "2026-11-20 14:00"),
        ("2026-11-19 17:00", "2026-11-20 15:00"),
    ],
)
def test_the_time_of_day_is_pushed_into_shorter_hours(start, due):
    assert CALENDARS["short fridays"].due(at(start), Limit.working_days(1)) == at(due)


def test_a_community_overrides_the_national_table():
    own = {date(2026, 2, 14): False, date(2026, 2, 18): True, date(2026, 11, 18): False}
    calendar = WorkingCalendar(DEFAULT_HOURS, NOTICE_2026, own, SHANGHAI)
    assert calendar.due(at("2026-02-13 17:00"), Limit.working_hours(1)) == at("2026-02-18 09:30")
    assert calendar.next_opening(at("2026-11-18 10:00")) == at("2026-11-19 09:00")


def test_a_communitys_own_closure_closes_the_duty_desk_too():
    calendar = WorkingCalendar(AROUND_THE_CLOCK, NOTICE_2026, {date(2026, 11, 22): False}, SHANGHAI)
    assert calendar.next_opening(at("2026-11-22 00:00")) == at("2026-11-23 00:00")


def test_open_from_the_opening_moment_up_to_the_closing_one():
    open_at = {"08:59": False, "09:00": True, "12:00": False, "13:29": False, "13:30": True, "17:30": False}
    assert {clock: OFFICE.is_open(at(f"2026-11-18 {clock}")) for clock in open_at} == open_at


def test_the_next_opening():
    assert OFFICE.next_opening(at("2026-11-18 10:00")) == at("2026-11-18 10:00")
    assert OFFICE.next_opening(at("2026-11-20 17:30")) == at("2026-11-23 09:00")
    assert OFFICE.next_opening(at("2026-02-14 18:00")) == at("2026-02-24 09:00")


def test_worked_minutes_leave_out_lunch_evenings_and_holidays():
    assert OFFICE.worked_minutes(at("2026-11-18 11:00"), at("2026-11-18 14:00")) == 90
    assert OFFICE.worked_minutes(at("2026-02-14 17:00"), at("2026-02-24 09:30")) == 60
    assert OFFICE.worked_minutes(at("2026-11-21 00:00"), at("2026-11-22 23:00")) == 0
    assert OFFICE.worked_minutes(at("2026-01-01 00:00"), at("2027-01-01 00:00")) == 248 * 420


def test_seconds_are_kept_exactly():
    start, end = at("2026-11-18 11:59:30.250000"), at("2026-11-18 13:30:10")
    assert OFFICE.worked(start, end) == timedelta(seconds=39, microseconds=750_000)


def test_answers_do_not_depend_on_what_was_asked_before():
    """The table grows backwards and forwards; earlier answers stay true."""
    calendar = WorkingCalendar(DEFAULT_HOURS, NOTICE_2026, zone=SHANGHAI)
    ask = lambda: calendar.due(at("2026-11-20 16:00"), Limit.working_hours(4))  # noqa: E731
    first = ask()
    calendar.worked(at("2019-03-01 10:00"), at("2031-03-01 10:00"))
    assert ask() == first == at("2026-11-23 11:30")


def test_the_start_may_be_given_in_any_zone():
    assert OFFICE.due(datetime(2026, 11, 20, 8, tzinfo=UTC), Limit.working_hours(4)) == at("2026-11-23 11:30")
    # 17:00 UTC on 31 December is already the new year in Shanghai.
    assert OFFICE.next_opening(datetime(2026, 12, 31, 17, tzinfo=UTC)) == at("2027-01-01 09:00")


def test_a_naive_start_is_refused():
    with pytest.raises(ValueError, match="aware"):
        OFFICE.due(datetime(2026, 11, 20, 8), Limit.minutes(1))


def test_office_hours_follow_a_clock_change():
    """Berlin put its clocks forward in the night to Sunday 2026-03-29: a day of 23 hours."""
    berlin = ZoneInfo("Europe/Berlin")
    office, desk = WorkingCalendar(zone=berlin), WorkingCalendar(AROUND_THE_CLOCK, zone=berlin)
    assert office.due(at("2026-03-27 16:30", berlin), Limit.working_hours(2)) == at("2026-03-30 10:00", berlin)
    assert office.due(at("2026-03-28 12:00", berlin), Limit.days(1)) == at("2026-03-29 12:00", berlin)
    assert desk.worked(at("2026-03-29 00:00", berlin), at("2026-03-30 00:00", berlin)) == timedelta(hours=23)
    assert desk.worked(at("2026-10-25 00:00", berlin), at("2026-10-26 00:00", berlin)) == timedelta(hours=25)


def test_a_calendar_that_never_opens_says_so():
    closed = dict.fromkeys((date(2026, 1, 1) + timedelta(days=n) for n in range(5000)), False)
    with pytest.raises(NeverOpensError):
        WorkingCalendar(DEFAULT_HOURS, closed, zone=SHANGHAI).due(at("2026-05-01 10:00"), Limit.working_days(1))


def test_thirty_working_days_take_well_under_a_fifth_of_a_millisecond():
    start, limit = at("2026-11-20 16:00"), Limit.working_days(30)
    OFFICE.due(start, limit)
    fastest = min(_seconds(lambda: OFFICE.due(start, limit)) for _ in range(200))
    assert fastest < 0.000_2


def _seconds(action) -> float:
    begin = perf_counter()
    action()
    return perf_counter() - begin


moments = st.datetimes(datetime(2025, 12, 1), datetime(2027, 2, 1), timezones=st.just(SHANGHAI))
calendars = st.sampled_from(list(CALENDARS.values()))
amounts = st.one_of(st.integers(0, 60), st.fractions(0, 60, max_denominator=8))
working_units = st.sampled_from([Unit.WORK_MINUTES, Unit.WORK_DAYS])


@given(calendars, moments, moments, amounts, st.sampled_from(Unit))
def test_a_later_start_is_never_due_earlier(calendar, one, other, amount, unit):
    earlier, later = sorted((one, other))
    assert calendar.due(earlier, Limit(amount, unit)) <= calendar.due(later, Limit(amount, unit))


@given(calendars, moments, st.timedeltas(timedelta(0), timedelta(days=2)), amounts, st.sampled_from(Unit))
def test_a_start_a_little_later_is_never_due_earlier(calendar, start, step, amount, unit):
    assert calendar.due(start, Limit(amount, unit)) <= calendar.due(start + step, Limit(amount, unit))


@given(calendars, moments, amounts, amounts, st.sampled_from(Unit))
def test_more_time_is_never_due_earlier(calendar, start, one, other, unit):
    less, more = sorted((one, other))
    assert start <= calendar.due(start, Limit(less, unit)) <= calendar.due(start, Limit(more, unit))


@given(calendars, moments, st.integers(1, 400))
def test_the_hours_granted_are_the_hours_worked(calendar, start, hours):
    due = calendar.due(start, Limit.working_hours(hours))
    assert calendar.worked_minutes(start, due) == 60 * hours


@given(calendars, moments, amounts, working_units)
def test_a_working_limit_ends_while_the_office_is_open(calendar, start, amount, unit):
    """Or at the very moment it closes."""
    due = calendar.due(start, Limit(amount, unit))
    assert calendar.is_open(due) or calendar.is_open(due - timedelta(microseconds=1))


@given(calendars, moments, st.integers(1, 30))
def test_working_days_end_on_the_nth_working_day(calendar, start, count):
    first = next(
        day
        for day in (start.date() + timedelta(days=n) for n in range(60))
        if calendar.is_working_day(day) and (day > start.date() or _opens_later(calendar, start))
    )
    due = calendar.due(start, Limit.working_days(count))
    passed = [first + timedelta(days=n) for n in range(1, (due.date() - first).days + 1)]
    assert sum(map(calendar.is_working_day, passed)) == count


def _opens_later(calendar: WorkingCalendar, start: datetime) -> bool:
    return calendar.next_opening(start).date() == start.date()


@given(calendars, moments, moments, moments)
def test_minutes_of_two_stretches_add_up(calendar, one, two, three):
    first, second, third = sorted((one, two, three))
    assert calendar.worked(first, second) + calendar.worked(second, third) == calendar.worked(first, third)
    assert calendar.worked(third, first) == -calendar.worked(first, third)


@settings(max_examples=25)
@given(moments, moments)
def test_worked_minutes_agree_with_counting_minute_by_minute(one, other):
    start = min(one, other).replace(second=0, microsecond=0)
    end = min(max(one, other).replace(second=0, microsecond=0), start + timedelta(days=4))
    minutes = int((end - start) / timedelta(minutes=1))
    counted = sum(OFFICE.is_open(start + timedelta(minutes=n)) for n in range(minutes))
    assert OFFICE.worked_minutes(start, end) == counted
