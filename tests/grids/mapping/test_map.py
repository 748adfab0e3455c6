"""The map of incidents: bounded whatever lies in view, narrowed as the list, and closed to others."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from community.directory.models import Building
from grids.mapping.ground import MOST_HOUSES, Box, houses_in
from grids.mapping.points import CELLS_ACROSS, HEAT_ACROSS, MOST_POINTS, cell_size, most_cells, tone_of
from grids.models import Incident
from tests.grids.conftest import MONDAY, Report, category
from tests.grids.test_pages import signed_in, text
from tests.neighbourhood import Hood, Town

pytestmark = pytest.mark.django_db
VIEW = {"west": "116.96", "south": "36.68", "east": "116.98", "north": "36.70"}
HERE = (36.6920, 116.9700)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def placed(hood: Hood) -> Building:
    Building.objects.filter(pk=hood.building.pk).update(lat=HERE[0], lng=HERE[1])
    hood.building.refresh_from_db()
    return hood.building


def ask(client: Client, **more: Any) -> Any:
    return client.get("/grids/incidents/map/points/", VIEW | more).json()


def many(report: Report, count: int) -> None:
    """Copies of one incident all over the view, without their stories."""
    first = report("06010", spot=HERE)
    facts = {f.attname: getattr(first, f.attname) for f in Incident._meta.concrete_fields if not f.primary_key}
    for number in range(count):
        lat, lng = 36.681 + number % 40 * 0.00045, 116.961 + number // 40 % 40 * 0.00045
        facts |= {"number": f"SJ-{number}", "spot_lat": lat, "spot_lng": lng, "request_key": None}
        Incident.objects.create(**facts)


def test_points_say_what_they_are_and_lead_there(client: Client, hood: Hood, placed: Building, report: Report) -> None:
    own, houses = report("06010", spot=(36.6930, 116.9710)), report("L08")
    points = {row["number"]: row for row in ask(signed_in(client, hood.staff))["points"]}
    assert (points[own.number]["lat"], points[own.number]["lng"]) == (36.693, 116.971)
    assert (points[houses.number]["lat"], points[houses.number]["lng"]) == HERE
    assert points[own.number]["url"] == f"/cases/{own.number}/"
    assert points[own.number]["tone"] in ("soon", "ontime")


def test_the_tone_is_the_state_of_the_deadline(report: Report) -> None:
    incident = report("06010")
    assert tone_of(incident, MONDAY) == "soon"
    assert tone_of(report("06013"), MONDAY) == "ontime"
    assert tone_of(incident, MONDAY + timedelta(days=30)) == "overdue"
    incident.due_at = None
    assert tone_of(incident, MONDAY) == "paused"
    incident.closed_at = MONDAY
    assert tone_of(incident, MONDAY) == "done"


def test_what_lies_outside_the_view_is_not_sent(client: Client, hood: Hood, report: Report) -> None:
    report("06010", building=None, place="外面", spot=(36.75, 116.97))
    report("06010", building=None, place="没有坐标")
    assert ask(signed_in(client, hood.staff))["points"] == []


def test_closed_ones_come_when_asked_for_and_not_older_than_ninety_days(
    client: Client, hood: Hood, placed: Building, report: Report
) -> None:
    incident = report("06010")
    incident.respond(by=hood.worker)
    incident.void(by=hood.staff, note="重复")
    signed_in(client, hood.staff)
    assert ask(client)["points"] == []
    assert [row["tone"] for row in ask(client, state="")["points"]] == ["done"]
    Incident.objects.update(raised_at=MONDAY - timedelta(days=100))
    assert ask(client, state="")["points"] == []


def test_it_is_narrowed_as_the_list(client: Client, hood: Hood, placed: Building, report: Report) -> None:
    lamp, _rubbish = report("L08"), report("06010")
    signed_in(client, hood.staff)
    assert [row["number"] for row in ask(client, category=category("L08").pk)["points"]] == [lamp.number]
    assert ask(client, due="overdue")["points"] == []
    assert ask(client, category="x")["points"] == []


def test_another_communitys_points_do_not_exist(client: Client, town: Town, report: Report) -> None:
    report("06010", spot=HERE)
    for person in (town.theirs.staff, town.far.secretary, town.ours.other_worker):
        assert ask(signed_in(client, person))["points"] == []
    assert signed_in(client, town.ours.resident).get("/grids/incidents/map/points/", VIEW).status_code == 403


def test_many_become_cells_that_count_them_all(client: Client, hood: Hood, report: Report) -> None:
    many(report, MOST_POINTS + 60)
    answer = ask(signed_in(client, hood.staff))
    assert "points" not in answer
    cells = answer["cells"]
    assert sum(cell["count"] for cell in cells) == MOST_POINTS + 61
    assert all(sum(cell["tones"].values()) == cell["count"] for cell in cells)
    assert 1 < len(cells) <= most_cells(CELLS_ACROSS)
    west, south, east, north = cells[0]["box"]
    assert west <= cells[0]["lng"] <= east
    assert south <= cells[0]["lat"] <= north


def test_heat_is_bounded_too(client: Client, hood: Hood, report: Report) -> None:
    many(report, 80)
    spots = ask(signed_in(client, hood.staff), heat=1)["heat"]
    assert sum(count for _lat, _lng, count in spots) == 81
    assert len(spots) <= most_cells(HEAT_ACROSS)


@pytest.mark.parametrize("span", [0.0001, 0.02, 1.7, 360.0])
@pytest.mark.parametrize("across", [CELLS_ACROSS, HEAT_ACROSS])
def test_no_view_holds_more_cells_than_said(span: float, across: int) -> None:
    box = Box(0, 0, span, span / 2)
    assert span / cell_size(box, across) <= across
    assert cell_size(box, across) == pytest.approx(cell_size(Box(7, 3, 7 + span, 3 + span / 4), across))


def test_its_queries_do_not_grow(client: Client, hood: Hood, report: Report) -> None:
    def queries(**more: Any) -> int:
        with CaptureQueriesContext(connection) as asked:
            ask(client, **more)
        return len(asked)

    signed_in(client, hood.staff)
    report("06010", spot=HERE)
    few = queries()
    many(report, MOST_POINTS + 10)
    assert queries() <= few + 1
    assert queries(heat=1) <= few


@pytest.mark.parametrize(
    "view",
    [
        {}, {"west": "nan"}, {"west": "1", "south": "1", "east": "0", "north": "2"},
        {"west": "-900", "south": "0", "east": "1", "north": "1"},
        {"west": "<script>", "south": "😀", "east": "a\x00", "north": ""},
    ],
)  # fmt: skip
def test_a_view_that_makes_no_sense_is_refused_in_words(client: Client, hood: Hood, view: dict[str, str]) -> None:
    signed_in(client, hood.staff)
    for address in ("/grids/incidents/map/points/", "/grids/incidents/map/houses/"):
        answer = client.get(address, view)
        assert answer.status_code == 422
        assert answer.json()["errors"]


def test_the_page_shows_legend_and_filters_and_says_when_no_house_is_placed(client: Client, hood: Hood) -> None:
    page = text(signed_in(client, hood.staff).get("/grids/incidents/map/"))
    assert "还没有楼栋坐标" in page
    Building.objects.filter(pk=hood.building.pk).update(lat=HERE[0], lng=HERE[1])
    page = text(client.get("/grids/incidents/map/"))
    for words in ("已超时", "即将到期", "期限内", "已结案", 'data-tiles=""'):
        assert words in page
    with override_settings(MAP_TILES="https://tiles.example/{z}/{x}/{y}.png"):
        assert 'data-tiles="https://tiles.example/{z}/{x}/{y}.png"' in text(client.get("/grids/incidents/map/"))


def test_houses_in_view_are_bounded_and_ones_own(town: Town) -> None:
    hood = town.ours
    Building.objects.bulk_create(
        Building(estate=hood.building.estate, grid=hood.grid, name=f"{n}", lat=HERE[0], lng=HERE[1])
        for n in range(MOST_HOUSES + 5)
    )
    box = Box(116, 36, 117, 37)
    assert len(houses_in(hood.staff, box)) == MOST_HOUSES
    assert houses_in(town.theirs.staff, box) == []
    assert houses_in(hood.other_worker, box) == []
