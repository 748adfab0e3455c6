"""Activities as an iCalendar file (RFC 5545), which every phone's calendar takes in."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

WIDTH = 75  # octets a line, section 3.1


class Event(NamedTuple):
    """``uid`` is the same each time, so a calendar that took it in before changes it; ``changed`` says when it did."""

    uid: str
    starts: datetime
    ends: datetime
    changed: datetime
    title: str
    place: str = ""
    words: str = ""
    address: str = ""
    status: str = "CONFIRMED"  # or TENTATIVE, CANCELLED


def calendar(name: str, events: Iterable[Event]) -> bytes:
    """The whole file, in UTF-8."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Mulin//Volunteering//ZH", f"X-WR-CALNAME:{_text(name)}"]
    for event in events:
        lines += _event(event)
    return b"".join(piece + b"\r\n" for line in [*lines, "END:VCALENDAR"] for piece in _folded(line))


def _event(event: Event) -> list[str]:
    said = (("SUMMARY", event.title), ("LOCATION", event.place), ("DESCRIPTION", event.words))
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(event.uid)}",
        f"DTSTAMP:{_moment(event.changed)}",
        f"LAST-MODIFIED:{_moment(event.changed)}",
        f"DTSTART:{_moment(event.starts)}",
        f"DTEND:{_moment(event.ends)}",
        f"STATUS:{event.status}",
        *(f"{field}:{_text(words)}" for field, words in said if words),
        *([f"URL:{event.address}"] if event.address else []),
        "END:VEVENT",
    ]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """Section 3.3.11; control characters have no place in it."""
    plain = words.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(letter for letter in plain if letter in "\n\t" or (letter >= " " and letter != "\x7f"))
    for sign, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        plain = plain.replace(sign, escaped)
    return plain


def _folded(line: str) -> Iterator[bytes]:
    """At most ``WIDTH`` octets each, never within a character; what goes on begins with a blank."""
    piece = b""
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > WIDTH:
            yield piece
            piece = b" "
        piece += octets
    yield piece
