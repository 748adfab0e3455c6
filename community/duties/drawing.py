"""Unannounced times: drawn a week at a time from the system's own randomness, known only once they are stored."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo

DRAW = secrets.SystemRandom()
STEP = timedelta(minutes=5)


def draw_days(days: Sequence[date], times: int) -> list[date]:
    """``times`` of the days (all, where there are fewer), each set of days as likely as any other."""
    return sorted(DRAW.sample(list(days), min(times, len(days))))


def draw_window(day: date, opens: time, closes: time, lasts: timedelta, zone: tzinfo) -> tuple[datetime, datetime]:
    """A window of the given length, anywhere between the two times of the day, on a step of five minutes."""
    begin, end = datetime.combine(day, opens, zone), datetime.combine(day, closes, zone)
    lasts = min(lasts, end - begin)
    opens_at = begin + DRAW.randrange((end - begin - lasts) // STEP + 1) * STEP
    return opens_at, opens_at + lasts


def week_of(day: date) -> date:
    """The Monday of the day's week: draws are made week by week."""
    return day - timedelta(days=day.weekday())
