"""Licences and the reserve pool over the API: what one may see, and nothing that can be changed."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.access.models import Post, Role
from community.directory.models import User
from grids.posts.models import Licence, Reservist
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_monday() -> Any:
    with time_machine.travel(MONDAY, tick=False):
        yield


def asked(client: Client, user: User, address: str, **query: str) -> Any:
    client.force_login(user)
    return client.get(f"/api/{address}/", query).json()["results"]


def licensed(hood: Hood, user: User) -> Licence:
    lane = Role.objects.get(code="lane_steward")
    return Licence.issue(Post.begin(user=user, role=lane, scope=hood.grid, by=None), by=None)


def test_licences_of_ones_own_and_of_the_place_one_fills(client: Client, town: Town) -> None:
    mine, theirs = licensed(town.ours, town.ours.neighbour), licensed(town.theirs, town.theirs.neighbour)
    for person in (town.ours.neighbour, town.ours.leader, town.ours.secretary):
        assert [row["number"] for row in asked(client, person, "licences")] == [mine.number]
    assert asked(client, town.ours.resident, "licences") == []
    (row,) = asked(client, town.theirs.secretary, "licences")
    assert (row["number"], row["state"], row["place"]) == (theirs.number, "valid", str(town.theirs.grid))
    assert "key" not in row


def test_only_standing_ones_when_asked(client: Client, hood: Hood) -> None:
    licensed(hood, hood.neighbour).withdraw(by=hood.secretary, reason="离开")
    (row,) = asked(client, hood.secretary, "licences")
    assert (row["state"], row["reason"]) == ("withdrawn", "离开")
    assert asked(client, hood.secretary, "licences", state="standing") == []


def test_the_pool_to_those_who_fill_posts_and_to_oneself(client: Client, town: Town) -> None:
    steward = Role.objects.get(code="lane_steward")
    Reservist.join(by=town.ours.neighbour, skills="理发、修电脑", hopes=[steward])
    Reservist.join(by=town.theirs.neighbour, skills="书法")
    for person in (town.ours.neighbour, town.ours.secretary):
        (row,) = asked(client, person, "reserve")
        assert (row["skills"], row["hopes"]) == (["理发", "修电脑"], [str(steward)])
    assert asked(client, town.ours.resident, "reserve") == []
    Reservist.objects.get(user=town.ours.neighbour).leave(by=town.ours.neighbour, now=MONDAY + timedelta(hours=1))
    assert asked(client, town.ours.secretary, "reserve") == []


@pytest.mark.parametrize("address", ["licences", "reserve"])
def test_they_can_only_be_read(client: Client, hood: Hood, address: str) -> None:
    client.force_login(hood.secretary)
    assert client.post(f"/api/{address}/").status_code == 405
    client.logout()
    assert client.get(f"/api/{address}/").status_code == 403


def test_their_queries_do_not_grow(client: Client, hood: Hood) -> None:
    def queries(address: str) -> int:
        client.force_login(hood.secretary)
        client.get(f"/api/{address}/")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/api/{address}/")
        return len(captured)

    def with_one_more(person: User) -> tuple[int, int]:
        licensed(hood, person)
        Reservist.join(by=person, skills="理发", hopes=[Role.objects.get(code="lane_steward")])
        return queries("licences"), queries("reserve")

    few = with_one_more(hood.neighbour)
    with_one_more(hood.resident)
    assert with_one_more(hood.volunteer) == few
