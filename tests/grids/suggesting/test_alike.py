"""“附近已有相同问题”: near in place and near in meaning, told without names, and within the community only."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.directory.models import Building
from grids.models import Category, Incident, Trace
from grids.suggesting.alike import Alike, Telling, alike
from grids.suggesting.places import Place, metres_between
from grids.suggesting.traces import KEPT, wear_off
from tests.grids.conftest import MONDAY, Report, category
from tests.neighbourhood import Hood, Town

pytestmark = pytest.mark.django_db
HERE = (36.6920, 116.9700)


def north(metres: float) -> tuple[float, float]:
    return (HERE[0] + metres / 111_320, HERE[1])


def ask(hood: Hood, text: str = "", about: Category | None = None, **where: Any) -> list[Alike]:
    place = Place.of(hood.community.pk, **(where or {"building": hood.building}))
    return alike(Telling.of(place, about, text), hood.neighbour, MONDAY + timedelta(hours=1))


def test_the_same_thing_at_the_same_house_is_found_by_its_words(hood: Hood, report: Report) -> None:
    told = report("01037", "不亮", description="门前路灯三天不亮")
    (found,) = ask(hood, "楼前的路灯坏了")
    assert (found.number, found.reporters, found.joinable) == (told.number, 1, True)
    assert found.where == str(hood.building)
    assert found.state == "待响应"


def test_a_word_of_two_characters_is_enough(hood: Hood, report: Report) -> None:
    report("06010", description="垃圾堆了两天")
    assert ask(hood, "垃圾")


def test_the_category_alone_is_enough_at_the_same_house(hood: Hood, report: Report) -> None:
    report("06010")
    assert ask(hood, about=category("06010"))
    assert not ask(hood, about=category("L05"))


def test_both_variants_of_one_code_are_one_matter(hood: Hood, report: Report) -> None:
    report("01002", "缺失")
    assert ask(hood, about=category("01002", "破损"))


def test_something_else_at_the_same_house_is_not_alike(hood: Hood, report: Report) -> None:
    report("L08", description="三楼感应灯坏了")
    assert ask(hood, "一楼下水道堵了返水") == []


def test_the_same_thing_at_another_house_takes_more_signs(hood: Hood, report: Report) -> None:
    other = Building.objects.create(estate=hood.building.estate, grid=hood.grid, name="9号楼")
    report("06042", building=other, description="垃圾桶满溢，袋子堆在外面")
    assert ask(hood, about=category("06042")) == []
    assert ask(hood, "垃圾桶满溢，袋子堆得到处都是", category("06042"))


def test_within_fifty_metres_counts_as_the_same_place(hood: Hood, report: Report) -> None:
    report("06013", building=None, place="北门外", spot=HERE, description="路面有个大坑")
    assert metres_between(HERE, north(45)) == pytest.approx(45, abs=1)
    assert ask(hood, about=category("06013"), spot=north(45))
    assert ask(hood, about=category("06013"), spot=north(60)) == []


def test_a_house_with_a_place_on_the_map_is_near_a_bare_spot(hood: Hood, report: Report) -> None:
    Building.objects.filter(pk=hood.building.pk).update(lat=HERE[0], lng=HERE[1])
    hood.building.refresh_from_db()
    report("06013")
    assert ask(hood, about=category("06013"), spot=north(30))


def test_two_named_houses_are_two_places_however_close(hood: Hood, report: Report) -> None:
    twin = Building.objects.create(estate=hood.building.estate, grid=hood.grid, name="4号楼", lat=HERE[0], lng=HERE[1])
    Building.objects.filter(pk=hood.building.pk).update(lat=HERE[0], lng=HERE[1])
    report("L08", building=Building.objects.get(pk=hood.building.pk))
    assert ask(hood, about=category("L08"), building=twin) == []


def test_the_best_three_stand_in_order(hood: Hood, report: Report) -> None:
    for _ in range(4):
        report("06010", description="剩菜")
    best = report("06010", description="楼后垃圾发臭，苍蝇很多")
    found = ask(hood, "楼后垃圾发臭", category("06010"))
    assert len(found) == 3
    assert found[0].number == best.number


def test_what_was_closed_lately_is_shown_and_cannot_be_joined(hood: Hood, report: Report, photo: Any) -> None:
    fixed = Incident.fix_on_spot(
        by=hood.worker, community=hood.community, building=hood.building, category=category("06010"), photos=[photo],
        now=MONDAY,
    )  # fmt: skip
    (found,) = ask(hood, about=category("06010"))
    assert (found.number, found.is_open, found.joinable) == (fixed.number, False, False)
    Trace.objects.update(closed_at=MONDAY - timedelta(days=20))
    assert ask(hood, about=category("06010")) == []


def test_ones_own_report_is_named_as_such(hood: Hood, report: Report) -> None:
    report("06010", by=hood.neighbour)
    (found,) = ask(hood, about=category("06010"))
    assert (found.mine, found.joinable) == (True, False)


def test_quarrels_are_shown_to_nobody(hood: Hood, report: Report) -> None:
    report("L10", description="楼上邻居半夜吵架")
    assert ask(hood, "楼上邻居半夜吵架", category("L10")) == []


def test_another_communitys_incident_does_not_exist(town: Town, report: Report) -> None:
    report("06010", spot=HERE)
    place = Place(town.theirs.community.pk, None, None, HERE)
    assert alike(Telling.of(place, category("06010"), "垃圾"), town.theirs.neighbour, MONDAY) == []


def test_nothing_is_asked_before_something_is_told(hood: Hood, report: Report) -> None:
    report("06010")
    with CaptureQueriesContext(connection) as asked:
        assert alike(Telling(Place(hood.community.pk)), hood.neighbour, MONDAY) == []
        assert ask(hood, "") == []
    assert len(asked) == 0


def test_what_everybody_tells_of_does_not_hide_the_same_house(
    hood: Hood, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only so many are compared by their words; the house itself comes before the latest around it."""
    monkeypatch.setattr("grids.suggesting.alike.RANKED", 3)
    here = report("06010", description="垃圾堆在楼后")
    other = Building.objects.create(estate=hood.building.estate, grid=hood.grid, name="9号楼")
    for _ in range(5):
        report("06010", building=other, description="垃圾很多")
    assert ask(hood, "楼后有垃圾", category("06010"))[0].number == here.number


def test_its_queries_do_not_grow(hood: Hood, report: Report) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert ask(hood, "楼后垃圾", category("06010"))
        return len(asked)

    report("06010", description="垃圾")
    queries()  # who may what is asked once
    few = queries()
    for _ in range(60):
        report("06010", description="楼后垃圾")
    assert queries() == few


def test_a_trace_follows_its_incident(hood: Hood, report: Report) -> None:
    incident = report("06010", description="垃圾堆了两天")
    trace = Trace.objects.get(pk=incident.pk)
    assert (trace.building, trace.closed_at) == (hood.building, None)
    incident.respond(by=hood.worker, now=MONDAY)
    incident.void(by=hood.staff, now=MONDAY, note="重复登记")
    assert not Trace.objects.exists()


def test_traces_wear_off_when_nobody_compares_with_them_any_more(hood: Hood, report: Report) -> None:
    old, late, still_open = report(), report(), report()
    Trace.objects.filter(pk__in=[old.pk, still_open.pk]).update(raised_at=MONDAY - KEPT * 2)
    Trace.objects.filter(pk=old.pk).update(closed_at=MONDAY - KEPT)
    Trace.objects.filter(pk=late.pk).update(closed_at=MONDAY)
    assert wear_off(MONDAY + timedelta(minutes=1)) == 1
    assert set(Trace.objects.values_list("pk", flat=True)) == {late.pk, still_open.pk}


@pytest.mark.parametrize(
    "text", ["' | '!", "垃圾' & !('", "😀🔥", "\u202e垃圾\u202d", "<script>alert(1)</script>", "啊" * 10_000, "a:* | b"]
)
def test_whatever_is_typed_is_answered(hood: Hood, report: Report, text: str) -> None:
    report("06010")
    assert isinstance(ask(hood, text), list)
