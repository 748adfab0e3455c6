"""Check-points: set by the grid's leader, printed as codes, ticked by who walks there."""

import pytest
from django.test import Client

from grids.models import CheckPoint, Patrol
from tests.grids.patrols.conftest import Phone, item
from tests.neighbourhood import Hood, Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader(hood: Hood, client: Client) -> Client:
    client.force_login(hood.leader)
    return client


def test_a_leader_sets_a_route_and_prints_its_codes(leader: Client, hood: Hood) -> None:
    assert leader.get("/grids/routes/")["Location"] == f"/grids/routes/{hood.grid.pk}/"
    for name in ("小区大门", "充电车棚"):
        leader.post(f"/grids/routes/{hood.grid.pk}/", {"name": name})
    first, second = CheckPoint.objects.order_by("order")
    assert (first.name, second.order) == ("小区大门", 2)
    sheet = leader.get(f"/grids/routes/{hood.grid.pk}/codes/").content.decode()
    assert sheet.count("<svg") >= 2
    assert "充电车棚" in sheet


@pytest.mark.parametrize(("name", "words"), [("", "请写明检查点在哪里"), ("小区大门", "已有同名"), ("字" * 41, "40")])
def test_what_is_wrong_is_said_beside_it(leader: Client, hood: Hood, name: str, words: str) -> None:
    CheckPoint.objects.create(grid=hood.grid, name="小区大门")
    response = leader.post(f"/grids/routes/{hood.grid.pk}/", {"name": name})
    assert response.status_code == 422
    assert words in response.content.decode()


def test_a_point_taken_off_the_route_is_no_longer_asked_for(leader: Client, hood: Hood, walking: Patrol) -> None:
    point = CheckPoint.objects.create(grid=hood.grid, name="小区大门")
    phone = Phone(hood.worker)
    leader.post(f"/grids/routes/points/{point.pk}/")
    assert phone.pack()["patrols"][0]["points"] == []
    # The phone had it with it already: the tick counts all the same.
    assert phone.send(item("tick", walking, point=point.pk))[0]["result"] == "done"


def test_a_code_leads_to_the_walk_and_to_nothing_else(client: Client, town: Town) -> None:
    client.force_login(town.ours.worker)
    assert client.get("/grids/point/abc/")["Location"] == "/grids/walk/#point=abc"
    client.force_login(town.ours.resident)
    assert client.get("/grids/point/abc/").status_code == 403
