"""Whatever goes wrong under /api/ is answered in JSON: a page would tell a phone's queue nothing."""

import io
import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from PIL import Image

from community.core.photos import clean_photo
from grids.models import Incident, Patrol
from tests.grids.patrols.conftest import Phone, picture, rubbish
from tests.neighbourhood import Hood

pytestmark = pytest.mark.django_db
SYNC = "/api/patrols/sync/"


def words(response: Any, status: int) -> str:
    """What it says beside its status."""
    assert (response.status_code, response["Content-Type"]) == (status, "application/json"), response.content[:200]
    return str(response.json()["detail"])


def test_more_files_than_the_hub_reads_at_once_are_to_be_parted(phone: Phone, walking: Patrol) -> None:
    finding = rubbish(walking)
    response = phone.post(finding, photos={finding["key"]: [picture(f"{n}.jpg") for n in range(101)]})
    assert "分几次" in words(response, 413)
    assert not Incident.objects.exists()


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=b"])
def test_more_text_than_the_hub_reads_at_once_is_to_be_parted(phone: Phone, kind: str) -> None:
    long = json.dumps({"items": ["字" * 1_000_000], "sent_at": timezone.now().isoformat()}, ensure_ascii=False)
    form = f'--b\r\nContent-Disposition: form-data; name="items"\r\n\r\n{long}\r\n--b--\r\n'
    body = (long if kind == "application/json" else form).encode()
    assert "分几次" in words(phone.client.generic("POST", SYNC, body, content_type=kind), 413)


def test_nobody_signed_in(client: Client) -> None:
    assert words(client.get("/api/patrols/pack/"), 403)
    assert words(client.post(SYNC, {"items": "[]"}), 403)


def test_a_seat_left_for_too_long(phone: Phone, walking: Patrol) -> None:
    """Two hours without network are two hours without a click; the notes wait in the phone for the next login."""
    cache.clear()
    assert "重新登录" in words(phone.post(rubbish(walking)), 401)
    assert words(phone.client.get("/api/patrols/pack/"), 403)
    assert not Incident.objects.exists()


def test_a_second_factor_not_yet_set_up(phone: Phone, settings: Any) -> None:
    settings.STAFF_TOTP_REQUIRED = True
    assert words(phone.client.get("/api/patrols/pack/"), 401)


def test_the_token_of_an_earlier_login(hood: Hood, walking: Patrol) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(hood.worker)
    assert "CSRF" in words(client.post(SYNC, {"items": json.dumps([rubbish(walking)])}), 403)
    token = client.get("/api/patrols/pack/").json()["csrf"]
    body = {"items": json.dumps([rubbish(walking)]), "sent_at": timezone.now().isoformat()}
    assert client.post(SYNC, body, headers={"X-CSRFToken": token}).json()["items"][0]["result"] == "done"


def test_an_address_that_is_none(phone: Phone) -> None:
    assert words(phone.client.post("/api/patrols/walks/"), 404)
    assert phone.client.get("/patrols/walks/")["Content-Type"].startswith("text/html")


def test_a_fault_of_the_hubs_own(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr("grids.patrols.api.packed", broken)
    phone.client.raise_request_exception = False
    assert "过一会儿" in words(phone.client.get("/api/patrols/pack/"), 500)


class TestDamagedPhotos:
    def test_half_a_heic_is_no_photo(self, phone: Phone, walking: Patrol) -> None:
        out = io.BytesIO()
        Image.effect_noise((200, 200), 90).convert("RGB").save(out, "HEIF")
        finding = rubbish(walking)
        shot = picture("IMG_1.HEIC")
        shot.file = io.BytesIO(out.getvalue()[: out.tell() * 2 // 3])
        (answer,) = phone.send(finding, photos={finding["key"]: [shot]})
        assert "不是能打开的照片" in answer["errors"]["photos"][0]

    @pytest.mark.filterwarnings("ignore::UserWarning")  # on a hub they are no errors
    def test_notes_that_cannot_be_read_do_not_cost_the_picture(self) -> None:
        exif = Image.Exif()
        exif[0x0112], exif[0x010F] = 6, "Telephone"
        exif[0x8825] = {1: "N", 2: (36.0, 40.0, 1.0)}
        for torn in range(len(exif.tobytes())):
            notes = bytearray(exif.tobytes())
            notes[torn] ^= 0x5A
            shot = picture(exif=bytes(notes))
            shot.seek(0)
            assert clean_photo(shot).width == 40
