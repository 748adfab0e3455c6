"""Activities in people's own calendars: a file that calendars read, with what people may see and nothing more."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY
from tests.volunteer_specimens import a_team, an_activity

NINE = datetime(2026, 3, 3, 1, tzinfo=UTC)


def told(file: bytes, field: str) -> list[str]:
    """What a calendar that reads the file finds under ``field``, event by event."""
    events: Any = Calendar.from_ical(file).events
    return [str(event.get(field)) for event in events]


@pytest.mark.django_db
def test_what_a_calendar_reads(hood: Hood) -> None:
    client = Client()
    words = "带手套；\n别穿拖鞋, 谢谢\\。" + "很长" * 200
    activity = an_activity(hood, place="3号楼前; 东侧", words=words)
    client.force_login(hood.neighbour)
    with time_machine.travel(MONDAY, tick=False):
        file = client.get(f"/points/teams/{activity.team_id}/activities.ics").content
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    assert told(file, "summary") == [activity.title]
    assert told(file, "location") == ["3号楼前; 东侧"]
    assert told(file, "description") == [f"{activity.team.name}\n{words}"]
    (event,) = Calendar.from_ical(file).events
    assert (event.start, event.end) == (activity.starts_at, activity.ends_at)
    assert str(event["uid"]).startswith(activity.number)


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
        own = client.get("/points/teams/mine.ics").content
        assert told(own, "summary") == ["清理楼道", "候补：包饺子"]
        assert told(own, "status") == ["CONFIRMED", "TENTATIVE"]
        first.cancel(by=hood.volunteer, now=MONDAY, note="下雨")
        answer = client.get(f"/points/teams/{first.team_id}/activities.ics")
        assert answer.headers["content-type"].startswith("text/calendar")
        assert told(answer.content, "status") == ["CANCELLED", "CONFIRMED"]
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
