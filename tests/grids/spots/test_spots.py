"""The third report at one place within ninety days marks a recurring spot, once, and offers a topic."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from community.cases import topics
from community.notices.models import Notice
from grids.models import Incident, RecurringSpot
from tests.grids.conftest import MONDAY, Report, category
from tests.grids.test_pages import signed_in, text
from tests.neighbourhood import Hood, Town

pytestmark = pytest.mark.django_db
HERE = (36.6920, 116.9700)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def thrice(report: Report, code: str = "L03", **facts: Any) -> Incident:
    return [report(code, now=MONDAY - timedelta(days=days), **facts) for days in (60, 30, 0)][-1]


def bare(metres: float) -> dict[str, Any]:
    return {"building": None, "place": "北门外", "spot": (HERE[0] + metres / 111_320, HERE[1])}


def test_the_third_report_marks_the_house_and_tells_the_community_once(hood: Hood, report: Report) -> None:
    report("L03", now=MONDAY - timedelta(days=60))
    report("L03", now=MONDAY - timedelta(days=30))
    assert not RecurringSpot.objects.exists()
    report("L03")
    spot = RecurringSpot.objects.get()
    assert (spot.building, spot.code, spot.times, spot.marked_at) == (hood.building, "L03", 3, MONDAY)
    assert "第 3 次" in Notice.objects.get(code="spot.marked", recipient=hood.secretary).body
    report("L03", now=MONDAY + timedelta(days=1))
    spot.refresh_from_db()
    assert (spot.times, spot.last_at) == (4, MONDAY + timedelta(days=1))
    assert Notice.objects.filter(code="spot.marked", recipient=hood.secretary).count() == 1


def test_what_lies_longer_back_than_ninety_days_does_not_count(report: Report) -> None:
    for days in (91, 30, 0):
        report("L03", now=MONDAY - timedelta(days=days))
    assert not RecurringSpot.objects.exists()


def test_another_category_or_house_or_what_was_void_does_not_count(hood: Hood, report: Report) -> None:
    report("L03").void(by=hood.staff, note="重复")
    report("L03")
    report("L08")
    report("L03", **bare(0))
    report("L03")
    assert not RecurringSpot.objects.exists()


def test_variants_of_one_code_are_one_matter(report: Report) -> None:
    report("01002", "缺失")
    report("01002", "破损")
    report("01002", "缺失")
    assert RecurringSpot.objects.get().code == "01002"


def test_bare_spots_within_fifty_metres_are_one_place(report: Report) -> None:
    for metres in (0, 20, 40):
        report("06013", **bare(metres))
    spot = RecurringSpot.objects.get()
    assert (spot.building, spot.times) == (None, 3)
    report("06013", **bare(400))
    assert RecurringSpot.objects.count() == 1


def test_the_database_keeps_one_open_spot_a_place_and_category(hood: Hood, report: Report) -> None:
    thrice(report)
    facts = {"community": hood.community, "category": category("L03"), "code": "L03", "times": 3,
             "marked_at": MONDAY, "last_at": MONDAY}  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        RecurringSpot.objects.create(building=hood.building, **facts)
    RecurringSpot.objects.create(lat=HERE[0], lng=HERE[1], **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecurringSpot.objects.create(lat=HERE[0] + 0.0003, lng=HERE[1], **facts)
    RecurringSpot.objects.create(lat=HERE[0] + 0.0006, lng=HERE[1], **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecurringSpot.objects.create(**facts)


def test_settling_asks_how_and_lets_a_new_one_be_marked(hood: Hood, report: Report) -> None:
    thrice(report)
    spot = RecurringSpot.objects.get()
    with pytest.raises(ValidationError):
        spot.settle(by=hood.secretary, note=" ", now=MONDAY)
    spot.settle(by=hood.secretary, note="换了整根下水管", now=MONDAY)
    with pytest.raises(ValidationError):
        RecurringSpot.objects.get().settle(by=hood.staff, note="又一次", now=MONDAY)
    report("L03", now=MONDAY + timedelta(days=1))
    assert RecurringSpot.objects.open().count() == 1
    assert RecurringSpot.objects.count() == 2


class TestPages:
    def test_the_secretary_sees_settles_and_gets_a_note_for_the_meeting(
        self, client: Client, hood: Hood, report: Report
    ) -> None:
        last = thrice(report)
        spot = RecurringSpot.objects.get()
        assert "排水堵塞" in text(signed_in(client, hood.secretary).get("/grids/spots/"))
        page = text(client.get(f"/grids/spots/{spot.pk}/"))
        assert "建议列入下次居民议事会" in page
        assert last.number in page
        assert client.post(f"/grids/spots/{spot.pk}/", {"note": ""}).status_code == 422
        assert client.post(f"/grids/spots/{spot.pk}/", {"note": "换了管"}).status_code == 302
        assert "没有重复点位" in text(client.get("/grids/spots/"))
        assert "换了管" in text(client.get(f"/grids/spots/{spot.pk}/"))

    def test_with_consultations_installed_the_topic_is_one_tap_away(
        self, client: Client, hood: Hood, report: Report
    ) -> None:
        thrice(report)
        asked = []
        topics.register(lambda proposal, user: asked.append(proposal) or "/topics/new/")  # type: ignore[func-returns-value]
        try:
            page = text(signed_in(client, hood.secretary).get(f"/grids/spots/{RecurringSpot.objects.get().pk}/"))
        finally:
            topics.forget()
        assert 'href="/topics/new/"' in page
        assert asked[0].community_id == hood.community.pk
        assert len(asked[0].cases) == 3

    def test_the_cases_page_says_so_to_staff_alone(self, client: Client, hood: Hood, report: Report) -> None:
        last = thrice(report)
        address = f"/cases/{last.number}/"
        assert "重复点位：90 天内第 3 次" in text(signed_in(client, hood.staff).get(address))
        assert "重复点位" not in text(signed_in(client, hood.resident).get(address))

    def test_another_communitys_spot_does_not_exist(self, client: Client, town: Town, report: Report) -> None:
        thrice(report)
        spot = RecurringSpot.objects.get()
        for person in (town.theirs.secretary, town.far.staff):
            assert signed_in(client, person).get(f"/grids/spots/{spot.pk}/").status_code == 404
            assert "排水堵塞" not in text(client.get("/grids/spots/"))

    def test_a_bare_spot_shows_what_was_reported_there(self, client: Client, hood: Hood, report: Report) -> None:
        numbers = [report("06013", **bare(metres)).number for metres in (0, 10, 20)]
        page = text(signed_in(client, hood.secretary).get(f"/grids/spots/{RecurringSpot.objects.get().pk}/"))
        assert all(number in page for number in numbers)
