"""What may stand in a person's calendar; each app registers what it knows from ``apps.py``.

A calendar that is subscribed to leaves the hub: it lies on phones and with those who run them. So a source gives the
person's own appointments alone, says nothing about other people, and nothing that is secret or confidential.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from community.directory.models import User

BACK, AHEAD = timedelta(days=90), timedelta(days=365)
MOST = 300  # of each source, the latest


class Standing(Enum):
    """How certain it is; ``OPEN`` takes place, but the person has not said that they come."""

    CERTAIN = "certain"
    OPEN = "open"
    WAITING = "waiting"
    CALLED_OFF = "called_off"


@dataclass(frozen=True)
class Appointment:
    """``key`` stays the same when time or place change; ``address`` is the page in the hub."""

    key: str
    title: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    address: str
    place: str = ""
    words: str = ""
    standing: Standing = Standing.CERTAIN


@dataclass(frozen=True)
class Source:
    """``read`` gives what of a person's lies between two moments, in as many queries for one as for a hundred."""

    code: str
    label: Any
    icon: str
    read: "Callable[[User, datetime, datetime], Iterable[Appointment]]"
    concerns: "Callable[[User], bool]" = lambda user: True


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Registering the same code twice replaces it."""
    _sources[source.code] = source


def sources_of(user: "User") -> list[Source]:
    return [source for source in _sources.values() if source.concerns(user)]


def appointments_of(user: "User", now: datetime) -> "Iterator[Appointment]":
    """Everything of one person, from a quarter of a year ago until a year ahead."""
    for source in sources_of(user):
        yield from source.read(user, now - BACK, now + AHEAD)
