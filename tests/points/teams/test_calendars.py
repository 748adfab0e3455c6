"""Activities in people's own calendars: what people may see and nothing more."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from tests.calendars.reading import read_from, told
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY
from tests.volunteer_specimens import a_team, an_activity

NINE = datetime(2026, 3, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


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
def test_what_one_goes_to_and_what_ones_teams_do(town: Town) -> None:
    hood = town.ours
    first = an_activity(hood)
    full = an_activity(hood, needed=1, title="包饺子", starts_at=NINE + DAY, ends_at=NINE + DAY + timedelta(hours=1))
    full.sign_up(by=hood.resident, now=MONDAY)
    for activity in (first, full):
        activity.sign_up(by=hood.neighbour, now=MONDAY)
    an_activity(hood, title="擦栏杆", starts_at=NINE + 2 * DAY, ends_at=NINE + 2 * DAY + timedelta(hours=1))
    own = read_from(hood.neighbour, MONDAY)
    assert told(own, "summary") == ["清理楼道", "候补：包饺子", "擦栏杆"]
    assert told(own, "status") == ["CONFIRMED", "TENTATIVE", "CONFIRMED"]
    assert told(own, "transp") == ["OPAQUE", "TRANSPARENT", "TRANSPARENT"]
    assert told(read_from(hood.resident, MONDAY), "summary") == ["包饺子"]  # in no team
    assert len(told(read_from(hood.volunteer, MONDAY), "summary")) == 3  # who leads it
    assert told(read_from(hood.party_member, MONDAY), "summary") == []


@pytest.mark.django_db
def test_what_was_called_off_says_so(town: Town) -> None:
    hood, client = town.ours, Client()
    activity = an_activity(hood)
    activity.sign_up(by=hood.neighbour, now=MONDAY)
    activity.cancel(by=hood.volunteer, now=MONDAY, note="下雨")
    own = read_from(hood.neighbour, MONDAY)
    assert (told(own, "summary"), told(own, "status")) == (["已取消：清理楼道"], ["CANCELLED"])
    with time_machine.travel(MONDAY, tick=False):
        client.force_login(hood.neighbour)
        answer = client.get(f"/points/teams/{activity.team_id}/activities.ics")
        assert answer.headers["content-type"].startswith("text/calendar")
        assert told(answer.content, "status") == ["CANCELLED"]
        client.force_login(town.theirs.neighbour)
        assert client.get(f"/points/teams/{activity.team_id}/activities.ics").status_code == 404


@pytest.mark.django_db
def test_who_left_the_team_or_moved_away_reads_no_more_of_it(town: Town) -> None:
    hood = town.ours
    activity = an_activity(hood)
    activity.team.members.get(user=hood.neighbour).leave(by=hood.neighbour, now=MONDAY)
    assert told(read_from(hood.neighbour, MONDAY), "summary") == []
    hood.volunteer.community = town.theirs.community
    hood.volunteer.save()
    assert told(read_from(hood.volunteer, MONDAY), "summary") == ["清理楼道"]  # still the organiser
    activity.team.members.filter(user=hood.neighbour).update(ended_at=None, ending="")
    hood.neighbour.community = town.theirs.community
    hood.neighbour.save()
    assert told(read_from(hood.neighbour, MONDAY), "summary") == []


@pytest.mark.django_db
def test_what_is_long_over_is_left_out(hood: Hood) -> None:
    client = Client()
    team = a_team(hood)
    an_activity(hood, team=team)
    client.force_login(hood.neighbour)
    with time_machine.travel(MONDAY + timedelta(days=40), tick=False):
        assert b"VEVENT" not in client.get(f"/points/teams/{team.pk}/activities.ics").content
    assert told(read_from(hood.neighbour, MONDAY + timedelta(days=89)), "summary") == ["清理楼道"]
    assert told(read_from(hood.neighbour, MONDAY + timedelta(days=92)), "summary") == []
