"""Dates and durations read the way people say them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import engines
from django.utils import translation

from community.core import phrases

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 21, 14, 30, tzinfo=SHANGHAI)


def in_template(expression: str, **context: object) -> str:
    return engines["django"].from_string("{% load look %}{{ " + expression + " }}").render(context)


@pytest.mark.parametrize(
    ("language", "at", "words"),
    [
        ("zh-hans", NOW, "11月21日（周六）14:30"),
        ("en", NOW, "Sat 21 Nov, 14:30"),
        ("zh-hans", NOW.astimezone(UTC), "11月21日（周六）14:30"),
        ("zh-hans", NOW.replace(year=2025), "2025年11月21日（周五）14:30"),
        ("en", NOW.replace(year=2025), "Fri 21 Nov 2025, 14:30"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_a_moment(language: str, at: datetime, words: str) -> None:
    with translation.override(language):
        assert phrases.moment(at) == words
        assert in_template("at|moment", at=at) == words


@time_machine.travel(NOW, tick=False)
def test_a_day_may_be_a_date_or_a_moment_late_at_night_in_utc() -> None:
    with translation.override("zh-hans"):
        assert phrases.day(date(2026, 11, 21)) == "11月21日（周六）"
        assert phrases.day(datetime(2026, 11, 20, 20, 0, tzinfo=UTC)) == "11月21日（周六）"


@pytest.mark.parametrize(
    ("minutes", "chinese", "english"),
    [
        (0, "不到 1 分", None),
        (1, "1 分", "1 min"),
        (35, "35 分", "35 min"),
        (60, "1 小时", "1 h"),
        (135, "2 小时 15 分", "2 h 15 min"),
        (24 * 60, "1 天", "1 day"),
        (26 * 60 + 20, "1 天 2 小时", "1 day 2 h"),
        (5 * 24 * 60, "5 天", "5 days"),
    ],
)
def test_a_duration_names_its_two_largest_units(minutes: int, chinese: str, english: str | None) -> None:
    with translation.override("zh-hans"):
        assert phrases.duration(minutes) == phrases.duration(timedelta(minutes=minutes)) == chinese
    if english:
        with translation.override("en"):
            assert phrases.duration(minutes) == english


def test_time_left_and_time_over() -> None:
    with translation.override("zh-hans"):
        assert phrases.remaining(NOW + timedelta(minutes=135), now=NOW) == "还剩 2 小时 15 分"
        assert phrases.remaining(NOW - timedelta(minutes=35), now=NOW) == "已超时 35 分"
        assert phrases.ago(NOW - timedelta(minutes=35), now=NOW) == "35 分前"
        assert phrases.ago(NOW - timedelta(seconds=5), now=NOW) == "刚刚"
        assert phrases.ago(NOW - timedelta(days=2), now=NOW) == "11月19日（周四）14:30"


@pytest.mark.parametrize(
    ("left", "state"),
    [
        (timedelta(hours=6), "ontime"),
        (timedelta(minutes=119), "soon"),
        (timedelta(minutes=-1), "overdue"),
        (None, "info"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_the_state_of_a_clock(left: timedelta | None, state: str) -> None:
    assert in_template("due|clock_state", due=left and NOW + left) == state


def test_nothing_is_said_of_no_time() -> None:
    for name in ("moment", "day", "duration", "remaining", "ago"):
        assert in_template(f"at|{name}", at=None) == ""
