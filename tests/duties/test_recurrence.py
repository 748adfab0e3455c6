"""When a duty falls: rules, festivals of the lunar calendar, and unannounced times."""

from datetime import date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from community.duties import festivals
from community.duties.drawing import draw_window
from community.duties.festivals import Festival, NoLunarYear, days_in
from community.duties.recurrence import days_between, is_recurrence
from tests.moments import SHANGHAI

RULES = ["FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
         "FREQ=MONTHLY;BYMONTHDAY=1,15", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=DAILY;COUNT=40", "FREQ=YEARLY"]  # fmt: skip


@given(
    st.sampled_from(RULES),
    st.dates(date(2020, 1, 1), date(2026, 1, 1)),
    st.integers(0, 3000),
    st.integers(0, 40),
)
def test_a_rule_gives_the_same_days_without_walking_there(text: str, start: date, after: int, length: int) -> None:
    first = start + timedelta(days=after)
    last = first + timedelta(days=length)
    walked = rrulestr(text, dtstart=datetime.combine(start, time()))
    expected = walked.between(datetime.combine(first, time()), datetime.combine(last, time()), inc=True)
    assert list(days_between(text, start, first, last)) == [moment.date() for moment in expected]


@pytest.mark.parametrize(
    "text", ["", "每天", "FREQ=HOURLY", "FREQ=SECONDLY", "FREQ=DAILY;INTERVAL=x", "FREQ=", "RRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY",
             "FREQ=DAILY;INTERVAL=0", "FREQ=WEEKLY;BYDAY=XX"],
)  # fmt: skip
def test_what_is_no_rule_of_days_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValidationError, match="看不懂这条重复规则"):
        is_recurrence(text)


@pytest.mark.parametrize(
    ("festival", "day"),
    [
        (Festival.SPRING, date(2026, 2, 17)), (Festival.EVE, date(2026, 2, 16)), (Festival.LANTERN, date(2026, 3, 3)),
        (Festival.QINGMING, date(2026, 4, 5)), (Festival.DRAGON_BOAT, date(2026, 6, 19)),
        (Festival.MID_AUTUMN, date(2026, 9, 25)), (Festival.DOUBLE_NINTH, date(2026, 10, 18)),
        (Festival.SPRING, date(2033, 1, 31)), (Festival.MID_AUTUMN, date(2033, 9, 8)),  # the year with the late leap month
        (Festival.DOUBLE_NINTH, date(2027, 10, 8)), (Festival.WINTER_SOLSTICE, date(2026, 12, 22)),
    ],
)  # fmt: skip
def test_festivals_fall_where_the_almanac_has_them(festival: Festival, day: date) -> None:
    assert day in days_in(festival, day.year)


def test_every_festival_but_one_falls_once_in_every_year() -> None:
    for festival in set(Festival) - {Festival.LABA}:
        assert {len(days_in(festival, year)) for year in range(festivals.FIRST_YEAR, festivals.LAST_YEAR + 1)} == {1}


def test_a_year_without_lunar_data_says_so_and_a_plan_simply_has_no_day_there() -> None:
    with pytest.raises(NoLunarYear):
        days_in(Festival.SPRING, 2150)
    assert list(festivals.between([Festival.SPRING], date(2140, 1, 1), date(2150, 12, 31))) == []
    assert len(list(festivals.between([Festival.SPRING], date(2098, 1, 1), date(2150, 12, 31)))) == 2


def test_days_ahead_of_a_festival_reach_back_into_the_year_before() -> None:
    found = festivals.between([Festival.LABA], date(2025, 12, 1), date(2026, 2, 1), lead=30)
    assert list(found) == [date(2025, 12, 27)]


@given(st.integers(15, 600))
def test_an_unannounced_window_lies_within_the_times_of_day(minutes: int) -> None:
    begin, end = draw_window(date(2026, 3, 2), time(8), time(18), timedelta(minutes=minutes), SHANGHAI)
    assert datetime(2026, 3, 2, 8, tzinfo=SHANGHAI) <= begin < end <= datetime(2026, 3, 2, 18, tzinfo=SHANGHAI)
    assert end - begin == timedelta(minutes=minutes)
