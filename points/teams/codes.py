"""The code that the organiser shows at an activity: another one every few minutes, so a picture of it helps nobody at home."""

from base64 import b32encode
from datetime import datetime

from django.utils.crypto import constant_time_compare, salted_hmac

from community.core import asked

LASTS = 300  # seconds; a code is good while it is shown and as long again
CHECK_LENGTH = 8


def code_of(activity_id: int, now: datetime) -> str:
    return _code(activity_id, _turn(now))


def activity_of(code: str) -> int | None:
    """The id of the activity that a code names, whether or not it is still good."""
    return asked.number(code.partition("-")[0])


def is_good(code: str, activity_id: int, now: datetime) -> bool:
    """Whether it was shown at this activity within the last minutes."""
    typed = code.strip().upper()
    return any(constant_time_compare(typed, _code(activity_id, _turn(now) - age)) for age in (0, 1))


def _turn(now: datetime) -> int:
    return int(now.timestamp()) // LASTS


def _code(activity_id: int, turn: int) -> str:
    digest = salted_hmac("points.teams.codes", f"{activity_id}-{turn}", algorithm="sha256").digest()
    return f"{activity_id}-{b32encode(digest).decode()[:CHECK_LENGTH]}"
