"""A calendar that reads what the hub gives it."""

from datetime import datetime
from typing import Any

import time_machine
from django.test import Client
from icalendar import Calendar

from community.calendars.models import Feed
from community.directory.models import User


def told(file: bytes, field: str) -> list[str]:
    """What a calendar that reads the file finds under ``field``, event by event."""
    events: Any = Calendar.from_ical(file).events
    return [str(event.get(field)) for event in events]


def read_from(user: User, now: datetime) -> bytes:
    """What the address of this person gives, to somebody who is not signed in."""
    with time_machine.travel(now, tick=False):
        answer = Client().get(Feed.start(by=user).get_absolute_url())
        assert answer.status_code == 200
        return answer.content
