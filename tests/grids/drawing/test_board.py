"""The drawing board and the list of grids, as the office meets them."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.directory.models import Building, Dwelling, Grid, User
from grids.drawing.models import Redraw
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY

FRIDAY = date(2026, 3, 6)


@pytest.fixture(autouse=True)
def _on_monday() -> Any:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def draft(hood: Hood) -> Redraw:
    return Redraw.draw(by=hood.staff, community=hood.community, effective_on=FRIDAY)


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def test_from_the_list_of_grids_to_a_confirmed_redraw(client: Client, hood: Hood) -> None:
    signed_in(client, hood.secretary)
    assert "重新划分" in text(client.get("/grids/atlas/"))
    begun = client.post("/grids/drawing/", {"community": hood.community.pk, "effective_on": "2026-03-06"})
    redraw = Redraw.objects.get()
    address = f"/grids/drawing/{redraw.number}/"
    assert begun["Location"] == address
    board = text(client.get(address))
    assert "3号楼" in board
    assert "移到这里" in board

    client.post(f"{address}shift/", {"buildings": [hood.building.pk], "target": f"g:{hood.other_grid.pk}"})
    assert "将撤销" in text(client.get(address))
    page = text(client.get(f"/cases/{redraw.number}/"))
    assert "第1网格 → 第2网格" in page
    assert "1 户换网格" in page
    client.post(f"/cases/{redraw.number}/confirm/", {"note": ""})
    redraw.refresh_from_db()
    assert redraw.status == "planned"
    assert client.get(address)["Location"] == f"/cases/{redraw.number}/"


def test_a_redraw_of_today_takes_effect_with_the_decision(client: Client, hood: Hood) -> None:
    redraw = Redraw.draw(by=hood.staff, community=hood.community, effective_on=MONDAY.date())
    redraw.shift(by=hood.staff, buildings=[hood.building], target=hood.other_grid)
    signed_in(client, hood.secretary).post(f"/cases/{redraw.number}/confirm/", {"note": ""})
    hood.building.refresh_from_db()
    assert hood.building.grid == hood.other_grid


@pytest.mark.parametrize(
    ("where", "given", "words"),
    [
        ("shift", {"target": "g:{other}"}, "请先选要划动的楼栋"),
        ("shift", {"buildings": "{building}", "target": "g:999999"}, "请选本社区的网格"),
        ("shift", {"buildings": "999999", "target": "g:{other}"}, "请选本社区的楼栋"),
        ("shift", {"buildings": "'; --", "target": "x"}, "没有划成"),
        ("split", {"buildings": "{building}", "name": "", "code": "1", "kind": "residential"}, "请给新网格起个名字"),
        (
            "split",
            {"buildings": "{building}", "name": "新", "code": "370105004012001", "kind": "residential"},
            "已经用过",
        ),
        ("merge", {"source": "g:{other}", "target": "g:{other}"}, "请选另一个网格"),
    ],
)
def test_what_is_wrong_is_said_on_the_board(
    client: Client, hood: Hood, draft: Redraw, where: str, given: dict[str, str], words: str
) -> None:
    facts = {k: v.format(other=hood.other_grid.pk, building=hood.building.pk) for k, v in given.items()}
    answer = signed_in(client, hood.staff).post(f"/grids/drawing/{draft.number}/{where}/", facts)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not draft.shifts.exists()


def test_an_htmx_request_gets_the_board_alone(client: Client, hood: Hood, draft: Redraw) -> None:
    address = f"/grids/drawing/{draft.number}/"
    facts = {"buildings": [hood.building.pk], "target": f"g:{hood.other_grid.pk}"}
    part = signed_in(client, hood.staff).post(f"{address}shift/", facts, headers={"HX-Request": "true"})
    assert "<html" not in text(part)
    assert "将撤销" in text(part)
    refused = client.post(f"{address}shift/", {"target": "g:1"}, headers={"HX-Request": "true"})
    assert (refused.status_code, "请先选要划动的楼栋" in text(refused)) == (200, True)


def test_a_day_that_is_over_is_refused_beside_its_field(client: Client, hood: Hood) -> None:
    facts = {"community": hood.community.pk, "effective_on": "2026-03-01"}
    answer = signed_in(client, hood.staff).post("/grids/drawing/", facts)
    assert (answer.status_code, "不能早于今天" in text(answer)) == (422, True)
    assert not Redraw.objects.exists()


def test_another_community_sees_no_draft(client: Client, town: Town) -> None:
    ours = town.ours
    draft = Redraw.draw(by=ours.staff, community=ours.community, effective_on=FRIDAY)
    signed_in(client, town.theirs.secretary)
    assert client.get(f"/grids/drawing/{draft.number}/").status_code == 404
    assert client.post(f"/grids/drawing/{draft.number}/shift/").status_code == 404
    facts = {"community": ours.community.pk, "effective_on": "2026-03-06"}
    assert client.post("/grids/drawing/", facts).status_code == 422


def test_the_api_asks_for_the_same_details(client: Client, hood: Hood, draft: Redraw) -> None:
    signed_in(client, hood.staff)
    address = f"/api/case/{draft.number}/shift/"
    assert client.post(address, {}, content_type="application/json").status_code == 400
    facts = {"buildings": [hood.building.pk], "target": f"g:{hood.other_grid.pk}"}
    answer = client.post(address, facts, content_type="application/json")
    assert answer.json()["facts"]["households"] == 1


def test_the_list_of_grids_shows_any_day(client: Client, hood: Hood, draft: Redraw) -> None:
    draft.merge(by=hood.staff, source=hood.grid, target=hood.other_grid)
    draft.confirm(by=hood.secretary)
    signed_in(client, hood.secretary)
    names = {
        day: [row.grid.name for row in client.get(f"/grids/atlas/?on={day}").context["rows"]]
        for day in (FRIDAY - timedelta(days=1), FRIDAY)
    }
    assert list(names.values()) == [["第1网格", "第2网格"], ["第2网格"]]
    assert client.get("/grids/atlas/?on=yesterday").status_code == 200


def test_the_map_draws_grids_with_or_without_known_places(client: Client, hood: Hood) -> None:
    signed_in(client, hood.worker)
    plan = client.get("/grids/atlas/?show=map").context["shapes"]
    assert [(grid["name"], len(grid["areas"][0])) for grid in plan] == [("第1网格", 1)]
    Building.objects.filter(pk=hood.building.pk).update(lat=36.68, lng=117.02)
    true = client.get("/grids/atlas/?show=map").context["shapes"]
    assert true[0]["areas"][0][0]["lat"] == 36.68


def test_queries_do_not_grow_with_the_number_of_grids_and_buildings(client: Client, hood: Hood, draft: Redraw) -> None:
    signed_in(client, hood.secretary)
    draft.shift(by=hood.staff, buildings=[hood.building], target=hood.other_grid)
    addresses = [
        "/grids/atlas/",
        "/grids/atlas/?show=map",
        f"/grids/drawing/{draft.number}/",
        f"/cases/{draft.number}/",
    ]
    few = [queries(client, address) for address in addresses]
    for n in range(5, 25):
        grid = Grid.objects.create(community=hood.community, code=f"{hood.community.code}{n:03d}", name=f"第{n}网格")
        building = Building.objects.create(estate=hood.building.estate, grid=grid, name=f"{n}号楼")
        Dwelling.objects.create(building=building, room="101")
        draft.shift(by=hood.staff, buildings=[building], target=hood.other_grid)
    assert [queries(client, address) for address in addresses] == few


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)
