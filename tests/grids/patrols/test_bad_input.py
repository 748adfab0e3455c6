"""Whatever a phone may send: an answer in words for each item, nothing half done, never an error page."""

import io
import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from grids.models import CheckPoint, Incident, Patrol, Receipt
from tests.grids.conftest import MONDAY
from tests.grids.patrols.conftest import Phone, item, picture, rubbish
from tests.neighbourhood import Hood

pytestmark = pytest.mark.django_db


def heic() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, "HEIF")
    return SimpleUploadedFile("IMG_1.HEIC", out.getvalue(), "image/heic")


class TestPhotos:
    def send(self, phone: Phone, walking: Patrol, *photos: Any) -> dict[str, Any]:
        finding = rubbish(walking)
        return phone.send(finding, photos={finding["key"]: list(photos)})[0]

    def test_a_heic_photo_is_taken(self, phone: Phone, walking: Patrol) -> None:
        assert self.send(phone, walking, heic())["result"] == "done"
        assert Incident.objects.get().attachments.count() == 1

    def test_the_place_inside_a_photo_is_gone(self, phone: Phone, walking: Patrol) -> None:
        exif = Image.Exif()
        exif[0x8825] = {1: "N", 2: (36.0, 40.0, 1.0), 3: "E", 4: (117.0, 1.0, 2.0)}
        shot = picture("gps.jpg", exif=exif.tobytes())
        assert b"Exif" in shot.read()
        shot.seek(0)
        self.send(phone, walking, shot)
        with Incident.objects.get().attachments.get().image.open("rb") as image:
            kept = image.read()
        assert b"Exif" not in kept
        assert not Image.open(io.BytesIO(kept)).getexif()

    @pytest.mark.parametrize(
        ("name", "size", "words"),
        [("big.jpg", 30 * 1024 * 1024, "超过 20 MB"), ("torn.jpg", 3000, "不是能打开的照片")],
    )
    def test_one_that_cannot_be_used_is_said_and_the_words_can_still_come(
        self, phone: Phone, walking: Patrol, name: str, size: int, words: str
    ) -> None:
        finding = rubbish(walking, description="西门口一堆")
        bad = SimpleUploadedFile(name, b"\xff\xd8\xff\xe0" + bytes(size), "image/jpeg")
        (answer,) = phone.send(finding, photos={finding["key"]: [picture(), bad]})
        assert words in answer["errors"]["photos"][0]
        assert not Incident.objects.exists()
        assert not Receipt.objects.exists()
        assert phone.send(finding)[0]["result"] == "done"
        assert Incident.objects.get().description == "西门口一堆"

    def test_seven_are_too_many(self, phone: Phone, walking: Patrol) -> None:
        answer = self.send(phone, walking, *[picture(f"{n}.jpg") for n in range(7)])
        assert "最多 6 张" in answer["errors"]["photos"][0]

    def test_fixed_on_the_spot_wants_a_photo(self, phone: Phone, walking: Patrol) -> None:
        (answer,) = phone.send(rubbish(walking, outcome="fixed"))
        assert "照片" in answer["errors"]["photos"][0]


class TestTexts:
    @pytest.mark.parametrize(
        "text",
        ["🧹🗑️ 已经满了 👨‍👩‍👧", "\u202eمرحبا بالعالم", "<script>alert(1)</script>", "a\u0301" * 50, "' OR 1=1; --"],
    )
    def test_any_writing_is_kept_as_it_is(self, phone: Phone, walking: Patrol, text: str) -> None:
        (answer,) = phone.send(rubbish(walking, description=text, place=text[:120]))
        assert answer["result"] == "done"
        incident = Incident.objects.get()
        assert incident.description == text
        page = phone.client.get(f"/cases/{incident.number}/").content.decode()
        assert "<script>alert" not in page

    @pytest.mark.parametrize(("field", "length"), [("description", 10_000), ("place", 10_000)])
    def test_a_text_that_is_too_long_is_said_beside_its_field(
        self, phone: Phone, walking: Patrol, field: str, length: int
    ) -> None:
        (answer,) = phone.send(rubbish(walking, MONDAY, "", **{field: "字" * length}))
        assert answer["result"] == "refused"
        assert str(length) in answer["errors"][field][0]

    @pytest.mark.parametrize("text", ["a\x00b", "\ud83d"])
    def test_what_no_database_holds_is_refused(self, phone: Phone, walking: Patrol, text: str) -> None:
        (answer,) = phone.send(rubbish(walking, description=text))
        assert answer["result"] == "refused"


class TestEnvelopes:
    @pytest.mark.parametrize("body", ["", "[", "{}", "[]", "null", "3", json.dumps([1] * 21)])
    def test_half_a_batch_is_nothing(self, phone: Phone, body: str) -> None:
        response = phone.client.post("/api/patrols/sync/", {"items": body, "sent_at": MONDAY.isoformat()})
        assert response.status_code == 400
        assert response.json()["detail"]

    @pytest.mark.parametrize("sent_at", ["", "gestern", "2026-03-02T09:30", "2026-99-99T09:30+08:00"])
    def test_a_batch_without_a_time_is_refused(self, phone: Phone, sent_at: str) -> None:
        response = phone.client.post("/api/patrols/sync/", {"items": "[{}]", "sent_at": sent_at})
        assert response.status_code == 400

    @pytest.mark.parametrize(
        "wrong",
        [
            {"key": "abc"}, {"kind": "party"}, {"at": "gestern"}, {"patrol": "x"}, {"patrol": 10**30}, {"facts": [1]},
            {"facts": {"place": {"a": "b"}}}, {"choice": "x" * 30},
        ],
    )  # fmt: skip
    def test_an_item_that_cannot_be_read_is_answered(
        self, phone: Phone, walking: Patrol, wrong: dict[str, Any]
    ) -> None:
        answers = phone.send(rubbish(walking) | wrong, rubbish(walking))
        assert [answer["result"] for answer in answers] == ["refused", "done"]
        assert answers[0]["errors"]

    @pytest.mark.parametrize("raw", [None, 1, "x", []])
    def test_an_item_that_is_none_is_answered(self, phone: Phone, raw: Any) -> None:
        body = {"items": json.dumps([raw]), "sent_at": timezone.now().isoformat()}
        assert phone.client.post("/api/patrols/sync/", body).json()["items"][0]["result"] == "refused"

    def test_a_form_torn_off_in_the_middle_leaves_nothing(self, phone: Phone, walking: Patrol) -> None:
        finding = rubbish(walking)
        head = f'--b\r\nContent-Disposition: form-data; name="items"\r\n\r\n{json.dumps([finding])[:60]}'
        response = phone.client.generic(
            "POST", "/api/patrols/sync/", head.encode(), content_type="multipart/form-data; boundary=b"
        )
        assert response.status_code == 400
        assert not Incident.objects.exists()

    @pytest.mark.parametrize("point", ["", "x", "0", str(10**30)])
    def test_a_tick_of_nothing_is_refused(self, phone: Phone, walking: Patrol, point: str) -> None:
        assert phone.send(item("tick", walking, point=point))[0]["result"] == "refused"

    def test_a_point_of_another_grid_is_refused(self, phone: Phone, hood: Hood, walking: Patrol) -> None:
        other = CheckPoint.objects.create(grid=hood.other_grid, name="那边")
        assert phone.send(item("tick", walking, point=other.pk))[0]["result"] == "refused"

    def test_a_note_on_no_matter_is_refused(self, phone: Phone) -> None:
        for number in ("", "SJ000000-0-0000", "'; --"):
            assert phone.send(item("note", number=number, seen="nie", note="x"))[0]["result"] == "refused"

    def test_a_finding_without_a_patrol_is_refused(self, phone: Phone) -> None:
        lost = {"key": str(uuid4()), "kind": "finding", "at": MONDAY.isoformat(), "facts": {}}
        assert phone.send(lost)[0]["errors"]["patrol"]

    def test_json_alone_will_do(self, phone: Phone, walking: Patrol) -> None:
        body = {"items": [rubbish(walking)], "sent_at": timezone.now().isoformat()}
        answer = phone.client.post("/api/patrols/sync/", json.dumps(body), content_type="application/json").json()
        assert answer["items"][0]["result"] == "done"
