"""Several reporters of one incident: one tap joins it, one fix answers all, and nobody learns of the others."""

from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from community.core.workflow import NotYours
from community.directory.models import User
from community.notices.models import Notice
from grids.models import Incident, Supporter
from tests.grids.conftest import MONDAY, Report, category
from tests.grids.test_pages import picture, signed_in, text
from tests.neighbourhood import Hood, Town

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def incident(report: Report) -> Incident:
    return report("06010", description="张秀兰说楼后垃圾堆了两天", place="301门口")


@pytest.fixture
def joined(incident: Incident, hood: Hood) -> Incident:
    return incident.second(by=hood.neighbour, now=MONDAY, note="我家窗下也有味", place="2单元")


def titles(user: User) -> list[str]:
    return [notice.code for notice in Notice.objects.filter(recipient=user).order_by("pk")]


def test_one_tap_joins_with_the_words_and_photos_typed_so_far(client: Client, hood: Hood, incident: Incident) -> None:
    typed = {
        "category": incident.category_id, "description": "味道很大", "place": "垃圾桶边", "photos": picture(),
        "request_key": uuid4(),
    }  # fmt: skip
    answer = signed_in(client, hood.neighbour).post(f"/grids/report/alike/{incident.number}/", typed)
    assert answer["Location"] == f"/grids/received/{incident.number}/"
    assert Incident.objects.count() == 1
    supporter = Supporter.objects.get()
    assert (supporter.person, supporter.words) == (hood.neighbour, "垃圾桶边 · 味道很大")
    assert incident.attachments.get().added_by == hood.neighbour
    page = text(client.get(answer["Location"]))
    assert "已加入，谢谢您" in page
    assert "除您以外已有 1 人反映" in page


def test_a_second_tap_changes_nothing(client: Client, hood: Hood, incident: Incident) -> None:
    signed_in(client, hood.neighbour)
    for _ in range(2):
        assert client.post(f"/grids/report/alike/{incident.number}/", {"description": "味道很大"}).status_code == 302
    assert Supporter.objects.count() == 1
    assert incident.timeline.filter(verb="second").count() == 1


def test_who_reported_it_first_is_led_to_their_receipt(client: Client, hood: Hood, incident: Incident) -> None:
    answer = signed_in(client, hood.resident).post(f"/grids/report/alike/{incident.number}/")
    assert answer["Location"] == f"/grids/received/{incident.number}/"
    assert not Supporter.objects.exists()


def test_nothing_typed_is_lost_when_a_photo_is_broken(client: Client, hood: Hood, incident: Incident) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    broken = SimpleUploadedFile("a.jpg", b"not a photo", "image/jpeg")
    answer = signed_in(client, hood.neighbour).post(
        f"/grids/report/alike/{incident.number}/", {"description": "味道很大", "photos": broken}
    )
    assert answer.status_code == 422
    assert "味道很大" in text(answer)
    assert not Supporter.objects.exists()


def test_what_is_done_meanwhile_cannot_be_joined_and_the_words_stay(
    client: Client, hood: Hood, incident: Incident
) -> None:
    incident.respond(by=hood.worker)
    incident.resolve(by=hood.worker, note="清运了")
    answer = signed_in(client, hood.neighbour).post(
        f"/grids/report/alike/{incident.number}/", {"description": "还有味"}
    )
    assert answer.status_code == 422
    assert "还有味" in text(answer)
    assert "刚刚有了变化" in text(answer)


def test_another_community_finds_nothing_to_join(client: Client, town: Town, incident: Incident) -> None:
    for person in (town.theirs.resident, town.theirs.worker, town.far.staff):
        assert signed_in(client, person).get(f"/grids/report/alike/{incident.number}/").status_code == 404
        assert client.post(f"/grids/report/alike/{incident.number}/").status_code == 404


def test_one_fix_answers_every_reporter(hood: Hood, joined: Incident) -> None:
    joined.respond(by=hood.worker)
    joined.resolve(by=hood.worker, note="已清运")
    joined.verify(by=hood.leader)
    wanted = ["incident.responded", "incident.resolved", "incident.verified"]
    for reporter in (hood.resident, hood.neighbour):
        assert [code for code in titles(reporter) if code in wanted] == wanted


def test_whoever_has_it_hears_of_one_more(hood: Hood, incident: Incident) -> None:
    incident.second(by=hood.neighbour, note="我家窗下也有味")
    incident.second(by=hood.volunteer, note="")
    notice = Notice.objects.filter(recipient=hood.worker, code="incident.seconded").latest("pk")
    assert "现在共有 3 人" in notice.body


def test_each_may_say_how_it_went_once(hood: Hood, joined: Incident) -> None:
    joined.second(by=hood.volunteer)
    joined.respond(by=hood.worker)
    joined.resolve(by=hood.worker, note="已清运")
    joined.verify(by=hood.leader)
    joined.say(by=hood.neighbour, rating=4, note="干净了")
    joined.rate(by=hood.resident, rating=5)
    joined.say(by=hood.volunteer, rating=2)
    assert (joined.status, joined.rating) == ("closed", 5)
    assert dict(Supporter.objects.values_list("person", "rating")) == {hood.neighbour.pk: 4, hood.volunteer.pk: 2}
    with pytest.raises(NotYours):
        joined.say(by=hood.neighbour, rating=1)


def test_any_reporter_may_say_that_it_is_still_there(hood: Hood, joined: Incident) -> None:
    joined.respond(by=hood.worker)
    joined.resolve(by=hood.worker, note="已清运")
    joined.verify(by=hood.leader)
    joined.reopen(by=hood.neighbour, note="还有一堆")
    assert joined.status == "handling"


def test_who_works_on_it_or_told_of_it_cannot_join(hood: Hood, joined: Incident) -> None:
    joined.respond(by=hood.worker)
    for person in (hood.resident, hood.neighbour, hood.worker, hood.staff):
        with pytest.raises(NotYours):
            joined.second(by=person)


def test_the_database_keeps_a_reporter_once_and_a_word_whole(hood: Hood, joined: Incident) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Supporter.objects.create(incident=joined, person=hood.neighbour, joined_at=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Supporter.objects.update(rating=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        Supporter.objects.update(said_at=MONDAY)


class TestPrivacy:
    def test_who_joined_reads_what_happened_and_their_own_words_only(
        self, client: Client, hood: Hood, joined: Incident
    ) -> None:
        joined.respond(by=hood.worker, note="已与张秀兰联系")
        page = text(signed_in(client, hood.neighbour).get(f"/cases/{joined.number}/"))
        assert "共有 2 人反映" in page
        assert "我家窗下也有味" in page
        assert "已响应，开始处理" in page
        assert "张秀兰" not in page
        assert hood.resident.name not in page

    def test_who_told_first_learns_that_there_are_others_not_who(
        self, client: Client, hood: Hood, joined: Incident
    ) -> None:
        page = text(signed_in(client, hood.resident).get(f"/cases/{joined.number}/"))
        assert "共有 2 人反映" in page
        assert "我家窗下也有味" not in page
        assert hood.neighbour.name not in page

    def test_staff_read_the_words_with_masked_names(self, client: Client, hood: Hood, joined: Incident) -> None:
        page = text(signed_in(client, hood.staff).get(f"/cases/{joined.number}/"))
        assert "我家窗下也有味" in page
        assert hood.neighbour.name not in page

    def test_photos_of_those_who_joined_are_for_staff(
        self, client: Client, hood: Hood, incident: Incident, photo: Any
    ) -> None:
        incident.second(by=hood.neighbour, photos=[photo])
        address = incident.attachments.get().url
        assert address in text(signed_in(client, hood.staff).get(f"/cases/{incident.number}/"))
        for person in (hood.resident, hood.neighbour):
            assert address not in text(signed_in(client, person).get(f"/cases/{incident.number}/"))

    def test_a_neighbour_who_has_not_joined_sees_no_page(self, client: Client, hood: Hood, joined: Incident) -> None:
        assert signed_in(client, hood.volunteer).get(f"/cases/{joined.number}/").status_code == 404

    def test_the_hint_names_the_house_and_nothing_of_the_telling(
        self, client: Client, hood: Hood, incident: Incident
    ) -> None:
        asked: dict[str, Any] = {"category": incident.category_id, "building": hood.building.pk, "description": "垃圾"}
        hint = text(signed_in(client, hood.neighbour).get("/grids/report/alike/", asked))
        assert "附近已有相同问题" in hint
        assert f"/grids/report/alike/{incident.number}/" in hint
        for secret in ("301", "张秀兰", hood.resident.name):
            assert secret not in hint


class TestTheForm:
    def test_the_hint_comes_for_what_is_right_and_leaves_out_what_is_wrong(
        self, client: Client, town: Town, incident: Incident
    ) -> None:
        hood = town.ours
        signed_in(client, hood.neighbour)
        asked: dict[str, Any] = {
            "category": "x",
            "building": hood.building.pk,
            "description": "楼后垃圾",
            "spot_lat": "nan",
        }
        assert "附近已有相同问题" in text(client.get("/grids/report/alike/", asked))
        foreign = {"category": incident.category_id, "building": town.theirs.building.pk}
        assert text(client.get("/grids/report/alike/", foreign)).strip() == ""

    def test_on_a_patrol_the_grid_is_the_place_and_the_way_leads_back(
        self, client: Client, hood: Hood, incident: Incident
    ) -> None:
        from community.duties.planning import plan_ahead
        from grids.models import Patrol
        from tests.grids.test_patrols import plan

        plan(hood)
        plan_ahead(MONDAY, days=1)
        patrol = Patrol.objects.get().start(by=hood.worker)
        signed_in(client, hood.worker)
        asked = {"patrol": patrol.pk, "category": incident.category_id, "description": "垃圾堆了两天"}
        assert incident.number in text(client.get("/grids/report/alike/", asked))
        answer = client.post(f"/grids/report/alike/{incident.number}/", {"patrol": patrol.pk, "description": "看到了"})
        assert answer["Location"] == f"/grids/patrols/{patrol.pk}/"

    def test_chips_are_offered_for_words(self, client: Client, hood: Hood) -> None:
        chips = text(signed_in(client, hood.resident).get("/grids/report/categories/", {"description": "路灯不亮"}))
        assert f'data-choose-category="{category("01037", "不亮").pk}"' in chips
        assert text(client.get("/grids/report/categories/", {"description": ""})).strip() == ""

    @pytest.mark.parametrize("words", ["啊" * 10_000, "😀" * 300, "\u202eabc", "<script>alert(1)</script>", "a\x00b"])
    def test_whatever_is_typed_never_breaks_the_hints(self, client: Client, hood: Hood, words: str) -> None:
        signed_in(client, hood.resident)
        asked: dict[str, Any] = {"description": words, "place": words, "building": hood.building.pk}
        for address in ("/grids/report/alike/", "/grids/report/categories/"):
            answer = client.get(address, asked)
            assert answer.status_code == 200
            assert "<script>" not in text(answer)

    def test_what_i_joined_stands_among_mine(self, client: Client, hood: Hood, joined: Incident) -> None:
        assert joined.number in text(signed_in(client, hood.neighbour).get("/grids/mine/"))


class TestBadPlaces:
    """Each gets a clear word beside the field, and what was typed stays."""

    def _send(self, client: Client, hood: Hood, **typed: Any) -> Any:
        from community.directory.models import Building

        Building.objects.filter(pk=hood.building.pk).update(lat=36.692, lng=116.97)
        given = {"category": category("06010").pk, "place": "门口", "description": "垃圾"} | typed
        return signed_in(client, hood.resident).post("/grids/report/", given)

    def test_a_location_in_another_city_is_refused(self, client: Client, hood: Hood) -> None:
        answer = self._send(client, hood, spot_lat="31.23", spot_lng="121.47")
        assert answer.status_code == 422
        assert "离社区的楼栋太远" in text(answer)
        assert "垃圾" in text(answer)
        assert not Incident.objects.exists()

    def test_a_location_across_the_street_is_taken(self, client: Client, hood: Hood) -> None:
        assert self._send(client, hood, spot_lat="36.6930", spot_lng="116.9725").status_code == 302
        assert Incident.objects.get().spot_lat == 36.6930

    def test_a_house_of_another_community_is_refused(self, client: Client, town: Town) -> None:
        answer = self._send(client, town.ours, building=town.theirs.building.pk)
        assert answer.status_code == 422
        assert "选择一个有效的选项" in text(answer)

    @pytest.mark.parametrize("words", ["啊" * 10_000, "a\x00b"])
    def test_words_that_do_not_fit_are_refused_and_kept(self, client: Client, hood: Hood, words: str) -> None:
        answer = self._send(client, hood, description=words)
        assert answer.status_code == 422
        assert words[:50].replace("\x00", "") in text(answer).replace("\x00", "")

    @pytest.mark.parametrize("words", ["😀🔥垃圾", "\u202eمرحبا\u202d", "<script>alert(1)</script>"])
    def test_words_of_every_script_are_kept_and_shown_as_words(self, client: Client, hood: Hood, words: str) -> None:
        assert self._send(client, hood, description=words).status_code == 302
        incident = Incident.objects.get()
        assert incident.description == words
        assert "<script>alert" not in text(client.get(f"/cases/{incident.number}/"))
