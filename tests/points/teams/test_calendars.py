"""Activities in people's own calendars: a file as RFC 5545 wants it, with what they may see and nothing more."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from points.teams import ics
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY
from tests.volunteer_specimens import a_team, an_activity

NINE = datetime(2026, 3, 3, 1, tzinfo=UTC)
UNESCAPED = {"\\\\": "\\", "\\;": ";", "\\,": ",", "\\n": "\n"}


def fields(file: bytes) -> list[tuple[str, str]]:
    """Read as a calendar does: unfold, then name and value of each line."""
    lines = file.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    return [(line.partition(":")[0], line.partition(":")[2]) for line in lines]


def plain(value: str) -> str:
    return re.sub(r"\\[\\;,n]", lambda found: UNESCAPED[found[0]], value)


def an_event(title: str) -> ics.Event:
    return ics.Event("HD1@hub", NINE, NINE + timedelta(hours=2), MONDAY, title)


def test_a_file_as_calendars_expect_it() -> None:
    event = an_event("清理楼道")._replace(
        place="3号楼前; 东侧", words="带手套\n别穿拖鞋", address="https://hub/cases/HD1/"
    )
    assert fields(ics.calendar("先锋团", [event])) == [
        ("BEGIN", "VCALENDAR"), ("VERSION", "2.0"), ("PRODID", "-//Mulin//Volunteering//ZH"), ("X-WR-CALNAME", "先锋团"),
        ("BEGIN", "VEVENT"), ("UID", "HD1@hub"), ("DTSTAMP", "20260302T013000Z"),
        ("LAST-MODIFIED", "20260302T013000Z"), ("DTSTART", "20260303T010000Z"), ("DTEND", "20260303T030000Z"),
        ("STATUS", "CONFIRMED"), ("SUMMARY", "清理楼道"), ("LOCATION", "3号楼前\\; 东侧"),
        ("DESCRIPTION", "带手套\\n别穿拖鞋"), ("URL", "https://hub/cases/HD1/"), ("END", "VEVENT"), ("END", "VCALENDAR"),
    ]  # fmt: skip


@settings(max_examples=40)
@given(title=st.text(max_size=300))
def test_whatever_the_words_no_line_is_too_long_and_nothing_is_lost(title: str) -> None:
    kept = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", title.replace("\r\n", "\n").replace("\r", "\n"))
    file = ics.calendar("x", [an_event(title)])
    assert file.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    for line in file.split(b"\r\n"):
        line.decode()  # never cut within a character
    assert file.replace(b"\r\n", b"").count(b"\n") == 0
    found = dict(fields(file))
    assert plain(found.get("SUMMARY", "")) == kept
    assert found["DTSTART"] == "20260303T010000Z"


@pytest.mark.django_db
def test_what_one_goes_to_and_what_a_team_does(town: Town) -> None:
    hood, client = town.ours, Client()
    first = an_activity(hood)
    full = an_activity(
        hood, needed=1, title="包饺子", starts_at=NINE + timedelta(days=1), ends_at=NINE + timedelta(days=1, hours=1)
    )
    full.sign_up(by=hood.resident, now=MONDAY)
    for activity in (first, full):
        activity.sign_up(by=hood.neighbour, now=MONDAY)
    client.force_login(hood.neighbour)
    with time_machine.travel(MONDAY, tick=False):
        own = fields(client.get("/points/teams/mine.ics").content)
        assert [value for name, value in own if name == "SUMMARY"] == ["清理楼道", "候补：包饺子"]
        assert [value for name, value in own if name == "STATUS"] == ["CONFIRMED", "TENTATIVE"]
        first.cancel(by=hood.volunteer, now=MONDAY, note="下雨")
        answer = client.get(f"/points/teams/{first.team_id}/activities.ics")
        assert answer.headers["content-type"].startswith("text/calendar")
        assert [value for name, value in fields(answer.content) if name == "STATUS"] == ["CANCELLED", "CONFIRMED"]
        client.force_login(town.theirs.neighbour)
        assert client.get(f"/points/teams/{first.team_id}/activities.ics").status_code == 404
        assert b"VEVENT" not in client.get("/points/teams/mine.ics").content


@pytest.mark.django_db
def test_what_is_long_over_is_left_out(hood: Hood) -> None:
    client = Client()
    team = a_team(hood)
    an_activity(hood, team=team)
    client.force_login(hood.neighbour)
    with time_machine.travel(MONDAY + timedelta(days=40), tick=False):
        assert b"VEVENT" not in client.get(f"/points/teams/{team.pk}/activities.ics").content
