"""Rules of RFC 5545: checked, and expanded without walking from the plan's first day on."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from dateutil.rrule import DAILY, WEEKLY, rrule, rrulestr
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LENGTH = {DAILY: 1, WEEKLY: 7}
LAST_MOMENT = time(23, 59)


def parse(text: str, start: date) -> rrule:
    """Raises ValueError or TypeError for what is no single rule of days."""
    rule = rrulestr(text, dtstart=datetime.combine(start, time()))
    if not isinstance(rule, rrule) or rule._freq > DAILY or rule._interval < 1:  # type: ignore[attr-defined]
        raise ValueError(text)
    return rule


def is_recurrence(text: str) -> None:
    """Raise ValidationError unless the text is one rule of RFC 5545 that repeats by days or longer (``FREQ=DAILY``)."""
    try:
        parse(text, date(2026, 1, 1))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise ValidationError(_("看不懂这条重复规则：%(rule)s"), params={"rule": text}) from error


@lru_cache(maxsize=8192)
def days_between(text: str, start: date, first: date, last: date) -> tuple[date, ...]:
    """The days of a rule that began on ``start``; remembered, because thousands of plans share one rule."""
    first = max(first, start)
    if last < first:
        return ()
    rule: Any = parse(text, start)
    if rule._count is None and (length := LENGTH.get(rule._freq)):
        # A daily rule of ten years would be walked through three thousand days: begin at the last whole turn before.
        turn = length * rule._interval
        near = start + timedelta(days=(first - start).days // turn * turn)
        rule = parse(text, near)
    begin, end = datetime.combine(first, time()), datetime.combine(last, LAST_MOMENT)
    return tuple(moment.date() for moment in rule.between(begin, end, inc=True))
