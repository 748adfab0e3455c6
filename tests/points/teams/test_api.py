"""Volunteering over the API: from the announcement to the proved hours, in pages that are never long."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.directory.models import User
from points.models import Activity
from points.teams import codes
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY
from tests.volunteer_specimens import a_team, an_activity

pytestmark = pytest.mark.django_db
STARTS = MONDAY + timedelta(hours=2)


def get(user: User, address: str, **query: Any) -> Any:
    client = Client()
    client.force_login(user)
    answer = client.get(f"/api/{address}/", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def post(user: User, address: str, **data: Any) -> Any:
    client = Client()
    client.force_login(user)
    return client.post(f"/api/{address}/", data, content_type="application/json")


def test_from_the_announcement_to_the_hours(hood: Hood) -> None:
    team = a_team(hood)
    plan = {
        "team": team.pk, "title": "清理楼道", "place": "3号楼前", "needed": 2, "starts_at": STARTS.isoformat(),
        "ends_at": (STARTS + timedelta(hours=2)).isoformat(), "request_key": "6d1f4a52-6f0e-4d0c-9d7a-0f2a5d1c9b11",
    }  # fmt: skip
    with time_machine.travel(MONDAY, tick=False) as clock:
        assert post(hood.resident, "cases/volunteering", **plan).status_code == 400  # not a team of theirs to lead
        assert [post(hood.volunteer, "cases/volunteering", **plan).status_code for _twice in "ab"] == [201, 200]
        activity = Activity.objects.get()
        at = f"case/{activity.number}"
        assert post(hood.neighbour, f"{at}/sign_up").status_code == 200
        assert post(hood.neighbour, f"{at}/sign_up").status_code == 403  # has a place already
        (row,) = get(hood.neighbour, "activities", mine=1)["results"]
        assert (row["number"], row["taken"], row["mine"]["waiting"]) == (activity.number, 1, False)

        clock.move_to(STARTS)
        assert post(hood.neighbour, f"{at}/sign_in", code="1-WRONG").status_code == 400
        assert post(hood.neighbour, f"{at}/sign_in", code=codes.code_of(activity.pk, STARTS)).status_code == 200
        assert post(hood.volunteer, f"{at}/tick", people=[hood.resident.pk]).status_code == 400  # has not signed up
        assert [one["id"] for one in get(hood.volunteer, at)["facts"]["people"]] == [hood.neighbour.pk]
        assert "people" not in get(hood.neighbour, at)["facts"]

        clock.move_to(STARTS + timedelta(hours=2))
        activity.begin(by=None)
        activity.end(by=None)
        hours = {f"hours_{hood.neighbour.pk}": "1.5"}
        assert post(hood.volunteer, f"{at}/propose", **hours).status_code == 200
        assert post(hood.volunteer, f"{at}/confirm").status_code == 403  # who reports does not prove
        assert post(hood.staff, f"{at}/confirm").status_code == 200
    (served,) = get(hood.neighbour, "hours")["results"]
    assert (served["minutes"], served["recorded_by"], served["proved_by"]) == (
        90, str(hood.volunteer), str(hood.staff),
    )  # fmt: skip
    assert get(hood.resident, "hours")["results"] == []


def test_each_sees_the_teams_and_activities_of_their_community(town: Town) -> None:
    ours = an_activity(town.ours)
    (team,) = get(town.ours.resident, "teams")["results"]
    assert (team["name"], team["members"], team["insured_until"]) == ("和睦志愿服务先锋团", 1, "2026-12-31")
    assert [row["number"] for row in get(town.ours.resident, "activities", state="recruiting")["results"]] == [
        ours.number
    ]
    for query in (
        {"state": "recorded"},
        {"team": ours.team_id + 1},
        {"team": "x"},
        {"team": "9" * 30},
        {"mine": "true"},
    ):
        assert get(town.ours.resident, "activities", **query)["results"] == []
    for address in ("teams", "activities"):
        assert get(town.theirs.resident, address)["results"] == []
        assert post(town.ours.secretary, address).status_code == 405


def test_a_page_is_fifty_rows_and_as_many_queries_as_one(hood: Hood) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            get(hood.neighbour, "activities")
        return len(captured)

    team = a_team(hood)

    def announce(first: int, last: int) -> None:
        for nth in range(first, last):
            starts = STARTS + timedelta(days=nth)
            an_activity(hood, team=team, title=f"第{nth}次", starts_at=starts, ends_at=starts + timedelta(hours=1))

    announce(1, 3)
    queries()
    few = queries()
    announce(3, 53)
    assert queries() == few
    first = get(hood.neighbour, "activities", page_size=1000)
    assert len(first["results"]) == 50
    assert first["next"]
