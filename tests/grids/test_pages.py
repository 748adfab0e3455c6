"""The pages of grids as people use them."""

import io
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from community.core.paging import SIZE
from community.core.photos import CleanPhoto
from community.duties.planning import plan_ahead
from grids.models import Category, Incident, Patrol
from tests.grids.conftest import MONDAY, Report, category
from tests.grids.test_patrols import plan
from tests.neighbourhood import Hood, Town

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def picture(name: str = "a.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def signed_in(client: Client, user: object) -> Client:
    client.force_login(user)  # type: ignore[arg-type]
    return client


@pytest.fixture
def patrol(hood: Hood) -> Patrol:
    plan(hood)
    plan_ahead(MONDAY, days=1)
    return Patrol.objects.get()


@pytest.fixture
def walking(hood: Hood, patrol: Patrol) -> Patrol:
    return patrol.start(by=hood.worker)


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


class TestToday:
    def test_the_day_shows_the_patrol_and_what_waits(
        self, client: Client, hood: Hood, patrol: Patrol, report: Report
    ) -> None:
        late, fresh = report("06010", now=MONDAY - timedelta(days=4)), report("06013")
        page = text(signed_in(client, hood.worker).get("/grids/today/"))
        assert "开始巡查" in page
        assert page.index("已超时") < page.index(late.number) < page.index("今天到期") < page.index(fresh.number)
        assert "我来处理" in page

    def test_one_tap_takes_an_incident_on(self, client: Client, hood: Hood, report: Report) -> None:
        incident = report()
        signed_in(client, hood.worker).post(f"/cases/{incident.number}/respond/", {"note": ""})
        incident.refresh_from_db()
        assert incident.handler == hood.worker

    def test_a_leader_sees_what_was_carried_up_to_them(self, client: Client, hood: Hood, report: Report) -> None:
        incident = report()
        incident.dispatch(by=hood.staff, level=0, handler=hood.worker, note="请去看看")
        assert incident.number not in text(signed_in(client, hood.leader).get("/grids/today/"))
        Incident.objects.filter(pk=incident.pk).update(tier=1)
        assert incident.number in text(client.get("/grids/today/"))

    def test_an_empty_day_says_so(self, client: Client, hood: Hood) -> None:
        assert "都办完了" in text(signed_in(client, hood.other_worker).get("/grids/today/"))

    def test_it_is_for_those_who_walk(self, client: Client, hood: Hood) -> None:
        assert signed_in(client, hood.resident).get("/grids/today/").status_code == 403

    def test_its_queries_do_not_grow(self, client: Client, hood: Hood, patrol: Patrol, report: Report) -> None:
        signed_in(client, hood.worker)
        report()
        few = _queries(client, "/grids/today/")
        for _ in range(15):
            report(by=hood.neighbour)
        assert _queries(client, "/grids/today/") == few <= 11


class TestPatrolPage:
    def test_start_log_two_findings_and_finish(self, client: Client, hood: Hood, patrol: Patrol) -> None:
        address = f"/grids/patrols/{patrol.pk}/"
        signed_in(client, hood.worker).post(f"{address}start/")
        page = text(client.get(address))
        assert "暴露垃圾" in page
        assert "已随手解决" in page

        rubbish = {"category": category("06010").pk, "place": "2单元门口", "photos": picture(), "request_key": uuid4()}
        assert client.post(f"{address}findings/", rubbish | {"outcome": "fixed"}).status_code == 302
        road = {"category": category("06013").pk, "building": hood.building.pk, "request_key": uuid4()}
        client.post(f"{address}findings/", road | {"outcome": "reported"})
        fixed, reported = Incident.objects.order_by("pk")
        assert (fixed.status, fixed.fixed_on_spot, fixed.grid) == ("closed", True, hood.grid)
        assert (reported.status, reported.patrol, reported.channel) == ("reported", patrol, "patrol")
        page = text(client.get(address))
        assert "发现 2 处" in page
        assert "随手解决 1 处" in page

        client.post(f"{address}finish/", {"note": "3号楼门禁已报修"})
        assert "3号楼门禁已报修" in text(client.get(address))
        patrol.refresh_from_db()
        assert patrol.status == Patrol.Status.DONE

    def test_the_last_building_is_already_chosen(self, client: Client, hood: Hood, walking: Patrol) -> None:
        address = f"/grids/patrols/{walking.pk}/"
        signed_in(client, hood.worker)
        assert f'value="{hood.building.pk}" id="id_building_1" checked' not in " ".join(
            text(client.get(address)).split()
        )
        facts = {"category": category("06013").pk, "building": hood.building.pk, "outcome": "reported"}
        client.post(f"{address}findings/", facts)
        form = client.get(address).context["form"]
        assert form["building"].value() == hood.building.pk

    def test_a_finding_sent_twice_is_logged_once(self, client: Client, hood: Hood, walking: Patrol) -> None:
        facts = {"category": category("06010").pk, "place": "门口", "outcome": "reported", "request_key": uuid4()}
        signed_in(client, hood.worker)
        for _ in range(2):
            assert client.post(f"/grids/patrols/{walking.pk}/findings/", facts).status_code == 302
        assert Incident.objects.count() == 1

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"place": "门口", "outcome": "reported"}, "请选一类问题"),
            ({"category": True, "outcome": "reported"}, "请选择楼栋，或写明在哪里"),
            ({"category": True, "place": "门口", "outcome": "fixed"}, "请附一张处理后的照片"),
            ({"category": True, "building": 999999, "outcome": "reported"}, "选择一个有效的选项"),
        ],
    )
    def test_what_is_missing_is_said_beside_it(
        self, client: Client, hood: Hood, walking: Patrol, given: dict[str, object], words: str
    ) -> None:
        facts = {k: category("06010").pk if k == "category" else v for k, v in given.items()}
        response = signed_in(client, hood.worker).post(f"/grids/patrols/{walking.pk}/findings/", facts)
        assert response.status_code == 422
        assert words in text(response)
        assert not Incident.objects.exists()

    def test_the_most_used_categories_come_first(
        self, client: Client, hood: Hood, walking: Patrol, report: Report
    ) -> None:
        for _ in range(3):
            report("10001")
        form = signed_in(client, hood.worker).get(f"/grids/patrols/{walking.pk}/").context["form"]
        assert form.common[0] == category("10001")
        assert len(form.common) == 6
        shown = len(form.common) + sum(len(heading.categories) for heading in form.headings)
        assert shown == Category.objects.active().count()

    def test_only_the_walker_logs(self, client: Client, hood: Hood, walking: Patrol) -> None:
        facts = {"category": category("06010").pk, "place": "门口", "outcome": "reported"}
        signed_in(client, hood.leader).post(f"/grids/patrols/{walking.pk}/findings/", facts)
        assert not Incident.objects.exists()

    def test_another_grid_or_community_gets_404(self, client: Client, town: Town, walking: Patrol) -> None:
        for person in (town.ours.other_worker, town.theirs.worker, town.theirs.secretary):
            signed_in(client, person)
            assert client.get(f"/grids/patrols/{walking.pk}/").status_code == 404
            if person != town.theirs.secretary:
                assert client.post(f"/grids/patrols/{walking.pk}/finish/").status_code == 404


class TestReporting:
    def test_a_resident_reports_and_reads_what_happens_next(self, client: Client, hood: Hood) -> None:
        signed_in(client, hood.resident)
        page = client.get("/grids/report/")
        assert page.context["form"]["building"].value() == hood.building.pk
        facts = {
            "category": category("L08").pk, "building": hood.building.pk, "place": "三楼", "description": "黑了一周",
            "photos": [picture("a.jpg"), picture("b.jpg")], "request_key": uuid4(),
            "spot_lat": "36.68", "spot_lng": "117.02",
        }  # fmt: skip
        response = client.post("/grids/report/", facts)
        incident = Incident.objects.get()
        assert response["Location"] == f"/grids/received/{incident.number}/"
        assert (incident.raised_by, incident.channel) == (hood.resident, "online")
        assert (incident.spot_lat, incident.spot_lng) == (36.68, 117.02)
        assert incident.attachments.count() == 2
        receipt = text(client.get(response["Location"]))
        assert incident.number in receipt
        assert "第1网格" in receipt
        assert "15:00" in receipt
        assert incident.number in text(client.get("/grids/mine/"))
        assert incident.number in text(client.get(f"/cases/{incident.number}/"))

    def test_a_gas_leak_tells_whom_to_call(self, client: Client, hood: Hood) -> None:
        facts = {"category": category("L02").pk, "building": hood.building.pk}
        response = signed_in(client, hood.resident).post("/grids/report/", facts, follow=True)
        assert "119" in text(response)

    def test_half_a_location_or_one_off_the_globe_is_refused(self, client: Client, hood: Hood) -> None:
        facts = {"category": category("L08").pk, "place": "门口"}
        signed_in(client, hood.resident)
        assert client.post("/grids/report/", facts | {"spot_lat": "91", "spot_lng": "1"}).status_code == 422
        assert client.post("/grids/report/", facts | {"spot_lat": "36"}).status_code == 302
        assert Incident.objects.get().spot_lat is None

    def test_a_building_elsewhere_is_not_offered(self, client: Client, town: Town) -> None:
        facts = {"category": category("L08").pk, "building": town.theirs.building.pk}
        response = signed_in(client, town.ours.resident).post("/grids/report/", facts)
        assert response.status_code == 422

    def test_somebody_elses_receipt_is_404(self, client: Client, hood: Hood, report: Report) -> None:
        assert signed_in(client, hood.neighbour).get(f"/grids/received/{report().number}/").status_code == 404

    def test_an_account_without_a_community_is_told_what_to_do(self, client: Client, hood: Hood) -> None:
        hood.neighbour.community = None
        hood.neighbour.save()
        response = signed_in(client, hood.neighbour).post("/grids/report/", {"category": 1, "place": "x"})
        assert "还没有加入社区" in text(response)


class TestLists:
    def test_filters_narrow_to_the_rows_behind_a_figure(self, client: Client, hood: Hood, report: Report) -> None:
        late = report("06010", now=MONDAY - timedelta(days=40))
        soon, calm = report("06012"), report("06013")
        signed_in(client, hood.staff)
        cases = {
            "": {late, soon, calm},
            "state=reported": {late, soon, calm},
            "state=open": {late, soon, calm},
            "state=closed": set(),
            "due=overdue": {late},
            "due=soon": {soon},
            f"category={calm.category_id}": {calm},
            f"grid={hood.grid.pk}": {late, soon, calm},
            f"grid={hood.other_grid.pk}": set(),
            "days=30": {soon, calm},
            f"community={hood.community.pk}&state=open&due=overdue": {late},
            "state=nonsense": set(),
            "grid=abc": set(),
        }
        for query, expected in cases.items():
            page = client.get(f"/grids/incidents/?{query}")
            assert set(page.context["page"].rows) == expected, query
            assert page.status_code == 200

    def test_staff_see_their_own_places_only(self, client: Client, town: Town, report: Report) -> None:
        incident = report()
        for person, seen in (
            (town.ours.worker, True), (town.ours.other_worker, False), (town.ours.secretary, True),
            (town.officer, True), (town.theirs.secretary, False), (town.far.leader, False),
        ):  # fmt: skip
            assert (incident.number in text(signed_in(client, person).get("/grids/incidents/"))) is seen
        assert signed_in(client, town.ours.resident).get("/grids/incidents/").status_code == 403
        assert signed_in(client, town.theirs.secretary).get(f"/cases/{incident.number}/").status_code == 404

    def test_pages_lead_on_and_back(self, client: Client, hood: Hood, report: Report) -> None:
        made = [report("06013") for _ in range(2 * SIZE + 5)]
        signed_in(client, hood.staff)
        first = client.get("/grids/incidents/?state=open").context["page"]
        second = client.get(f"/grids/incidents/{first.next}").context["page"]
        third = client.get(f"/grids/incidents/{second.next}").context["page"]
        assert [*first.rows, *second.rows, *third.rows] == made[::-1]
        assert "state=open" in second.next
        assert third.next == ""
        assert client.get(f"/grids/incidents/{second.previous}").context["page"].rows == first.rows

    def test_a_deep_page_names_the_key_of_the_spine_too(self, client: Client, hood: Hood, report: Report) -> None:
        report()
        signed_in(client, hood.staff)
        with CaptureQueriesContext(connection) as seen:
            client.get("/grids/incidents/?older=999999")
        told = [query["sql"] for query in seen if query["sql"].endswith(f"DESC LIMIT {SIZE + 1}")]
        assert len(told) == 1
        assert '"core_case"."id" < 999999' in told[0]
        assert '"grids_incident"."case_ptr_id" < 999999' in told[0]

    def test_an_htmx_request_gets_the_rows_alone_and_the_same_ones(
        self, client: Client, hood: Hood, report: Report
    ) -> None:
        report()
        whole = text(signed_in(client, hood.staff).get("/grids/incidents/"))
        part = text(client.get("/grids/incidents/", headers={"HX-Request": "true"}))
        assert "<html" not in part
        assert part.strip() in whole

    def test_the_number_of_queries_is_the_same_at_two_sizes(
        self, client: Client, hood: Hood, report: Report, photo: CleanPhoto
    ) -> None:
        signed_in(client, hood.staff)
        plan(hood, starts_on=date(2026, 1, 1))
        plan_ahead(datetime(2026, 2, 20, 7, tzinfo=MONDAY.tzinfo), days=2)
        report()
        addresses = ["/grids/incidents/", "/grids/incidents/?due=overdue&state=open", "/grids/patrols/", "/grids/mine/"]
        few = [_queries(client, address) for address in addresses]
        plan_ahead(datetime(2026, 2, 22, 7, tzinfo=MONDAY.tzinfo), days=8)
        for n in range(25):
            incident = report(by=hood.resident if n % 2 else hood.staff)
            incident.respond(by=hood.worker)
        assert [_queries(client, address) for address in addresses] == few
        assert max(few) <= 9

    def test_the_patrol_list_counts_what_was_found(
        self, client: Client, hood: Hood, walking: Patrol, photo: CleanPhoto, report: Report
    ) -> None:
        report("06010", by=hood.worker, patrol=walking)
        facts: dict[str, Any] = {"by": hood.worker, "community": hood.community, "patrol": walking}
        facts["building"] = hood.building
        Incident.fix_on_spot(category=category("06013"), photos=[photo], **facts)
        rows = signed_in(client, hood.staff).get("/grids/patrols/?state=started&days=7").context["page"].rows
        assert [(row.found, row.fixed) for row in rows] == [(2, 1)]


class TestTheCasePage:
    def test_a_handler_resolves_with_a_photo_and_another_checks(
        self, client: Client, hood: Hood, report: Report
    ) -> None:
        incident = report(description="剩菜")
        address = f"/cases/{incident.number}/"
        signed_in(client, hood.worker)
        assert "剩菜" in text(client.get(address))
        client.post(f"{address}respond/", {"note": ""})
        assert client.post(f"{address}resolve/", {"note": ""}).status_code == 422
        client.post(f"{address}resolve/", {"photos": picture()})
        assert "核查通过" not in text(client.get(address)).split("经过")[0]
        signed_in(client, hood.leader).post(f"{address}verify/", {"note": ""})
        signed_in(client, hood.resident).post(f"{address}rate/", {"rating": "5"})
        incident.refresh_from_db()
        assert (incident.status, incident.rating) == ("closed", 5)

    def test_the_dispatch_form_offers_levels_above_and_people_of_the_place(
        self, client: Client, town: Town, report: Report
    ) -> None:
        hood, incident = town.ours, report()
        signed_in(client, hood.staff)
        form = client.get(f"/cases/{incident.number}/dispatch/").context["form"]
        people = set(form.fields["handler"].queryset)
        assert {hood.worker, hood.leader, hood.staff, hood.secretary, town.officer} == people
        client.post(f"/cases/{incident.number}/dispatch/", {"level": "2", "note": "涉及执法"})
        incident.refresh_from_db()
        assert incident.level == 2

    def test_the_location_is_for_staff_alone(self, client: Client, hood: Hood, report: Report) -> None:
        incident = report(spot=(36.68, 117.02))
        assert "geo:" in text(signed_in(client, hood.staff).get(f"/cases/{incident.number}/"))
        assert "geo:" not in text(signed_in(client, hood.resident).get(f"/cases/{incident.number}/"))


class TestApi:
    def test_raise_and_read_and_move(self, client: Client, hood: Hood) -> None:
        signed_in(client, hood.resident)
        facts = {"category": category("06010").pk, "building": hood.building.pk, "request_key": str(uuid4())}
        made = client.post("/api/cases/incident/", facts, content_type="application/json")
        assert made.status_code == 201, made.content
        again = client.post("/api/cases/incident/", facts, content_type="application/json")
        assert (again.status_code, again.json()["number"]) == (200, made.json()["number"])
        number = made.json()["number"]
        assert made.json()["facts"]["category"] == "06010"
        assert client.post(f"/api/case/{number}/respond/").status_code == 403
        signed_in(client, hood.worker)
        assert client.post(f"/api/case/{number}/respond/").json()["state"] == "handling"
        assert client.post(f"/api/case/{number}/respond/").status_code == 409


def _queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)
