"""Only pictures get in, and nothing but the picture stays."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from community.core import photos
from community.core.models import Attachment
from community.core.photos import LONG_SIDE, MAX_BYTES, THUMBNAIL_SIDE, CleanPhoto, clean_photo
from community.core.widgets import PhotosField
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY, a_wish
from wishes.models import Wish

GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


@pytest.fixture(autouse=True)
def _media(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


def upload(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


def picture(format_name: str = "JPEG", size: tuple[int, int] = (80, 40), mode: str = "RGB", **save: object) -> bytes:
    """Left half red, right half blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.convert(mode).save(out, format_name, **save)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def exif(orientation: int = 1) -> bytes:
    """As a telephone writes it: maker, orientation and the place where the picture was taken."""
    tags = Image.Exif()
    tags[MAKE], tags[ORIENTATION] = "Telephone", orientation
    tags.get_ifd(GPS).update({1: "N", 2: (36.0, 41.0, 13.0), 3: "E", 4: (117.0, 1.0, 7.0)})
    return tags.tobytes()


def test_place_maker_and_comments_do_not_survive() -> None:
    taken = picture(exif=exif(), comment=b"3-301")
    assert opened(taken).getexif().get_ifd(GPS)
    clean = clean_photo(upload(taken))
    for content in (clean.full, clean.thumbnail):
        assert not opened(content).getexif()
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(opened(content).info)
        assert b"Telephone" not in content
        assert b"3-301" not in content


def test_what_is_appended_to_a_picture_is_cut_off() -> None:
    assert b"<?php" not in clean_photo(upload(picture() + b"<?php system('x')")).full


def test_a_picture_taken_sideways_stands_upright() -> None:
    clean = clean_photo(upload(picture(exif=exif(orientation=6))))
    assert (clean.width, clean.height) == (40, 80)
    red, _green, blue = opened(clean.full).getpixel((20, 5))  # type: ignore[misc]
    assert red > 200 > 60 > blue


@pytest.mark.parametrize(
    ("format_name", "mode"),
    [("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB"), ("GIF", "P"), ("BMP", "RGB"), ("HEIF", "RGB")],
)
def test_every_usual_format_becomes_jpeg(format_name: str, mode: str) -> None:
    clean = clean_photo(upload(picture(format_name, mode=mode)))
    assert opened(clean.full).format == opened(clean.thumbnail).format == "JPEG"
    assert (clean.width, clean.height) == (80, 40)


def test_large_pictures_shrink_and_small_ones_do_not_grow() -> None:
    clean = clean_photo(upload(picture(size=(4000, 1000))))
    assert (clean.width, clean.height) == (LONG_SIDE, LONG_SIDE // 4)
    assert max(opened(clean.thumbnail).size) == THUMBNAIL_SIDE
    assert clean_photo(upload(picture(size=(8, 6)))).width == 8


def test_the_same_picture_has_the_same_print() -> None:
    assert clean_photo(upload(picture())).sha256 == clean_photo(upload(picture(), "other.jpg")).sha256


@pytest.mark.parametrize(
    "content",
    [
        b"", b"MZ\x90\x00" + b"\x00" * 200, b"%PDF-1.7\n", b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html><script>alert(1)</script>", b"\xff\xd8\xff\xe0" + b"\x00" * 64, picture()[:150], picture("PNG")[:60],
        picture("TIFF"),
    ],
    ids=["empty", "exe", "pdf", "svg", "html", "no jpeg", "half a jpeg", "half a png", "tiff"],
)  # fmt: skip
def test_what_is_no_photo_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(ValidationError) as refusal:
        clean_photo(upload(content, "照片.jpg"))
    assert refusal.value.code == "not_a_photo"
    assert "照片.jpg" in refusal.value.messages[0]


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PNG of a few kilobytes that would fill gigabytes is judged by its header."""
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("unpacked"))
    header = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", b"\x00\x00\x75\x30\x00\x00\x75\x30\x08\x02\x00\x00\x00")
    with pytest.raises(ValidationError) as refusal:
        clean_photo(upload(header + _chunk(b"IDAT", b"") + _chunk(b"IEND", b"")))
    assert refusal.value.code == "not_a_photo"


def _chunk(kind: bytes, data: bytes) -> bytes:
    from zlib import crc32

    return len(data).to_bytes(4, "big") + kind + data + crc32(kind + data).to_bytes(4, "big")


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    huge = upload(b"x")
    huge.size = MAX_BYTES + 1
    with pytest.raises(ValidationError) as refusal:
        clean_photo(huge)
    assert refusal.value.code == "too_big"


def test_too_many_photos_are_refused_before_any_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "clean_photo", lambda upload: pytest.fail("opened"))
    field = PhotosField(most=2)
    with pytest.raises(ValidationError, match="最多 2 张"):
        field.clean([upload(picture())] * 3)


def test_a_field_takes_several_photos_and_none() -> None:
    field = PhotosField(most=2)
    assert [type(one) for one in field.clean([upload(picture())] * 2)] == [CleanPhoto, CleanPhoto]
    assert field.clean(None) == field.clean([]) == []
    with pytest.raises(ValidationError):
        PhotosField(most=2, required=True).clean([])


@pytest.fixture
def wish(hood: Hood) -> Wish:
    return a_wish(hood, photos=[clean_photo(upload(picture()))])


def addresses(wish: Wish) -> Iterator[str]:
    photo = wish.attachments.get()
    yield from (photo.url, photo.thumbnail_url)


def status_for(user: object, address: str) -> int:
    client = Client()
    if user is not None:
        client.force_login(user)  # type: ignore[arg-type]
    response = client.get(address)
    if response.streaming:
        response.getvalue()
    return response.status_code


def test_a_photo_is_shown_to_those_who_may_see_its_case(town: Town, wish: Wish) -> None:
    hood = town.ours
    for address in addresses(wish):
        for user in (hood.resident, hood.staff, hood.worker, town.officer, town.admin):
            assert status_for(user, address) == 200, (user, address)
        for user in (hood.neighbour, hood.other_worker, hood.volunteer, town.theirs.staff, town.far.resident):
            assert status_for(user, address) == 404, (user, address)
        assert status_for(None, address) == 302


def test_a_photo_is_kept_by_the_browser_alone(hood: Hood, wish: Wish, client: Client) -> None:
    client.force_login(hood.resident)
    response = client.get(wish.attachments.get().url)
    assert response["Content-Type"] == "image/jpeg"
    assert "private" in response["Cache-Control"]
    assert opened(response.getvalue()).size == (80, 40)


def test_other_sizes_and_unknown_keys_are_not_found(hood: Hood, wish: Wish, client: Client) -> None:
    client.force_login(hood.resident)
    key = wish.attachments.get().key
    assert client.get(reverse("cases:photo", args=[key, "huge"])).status_code == 404
    assert client.get(reverse("cases:photo", args=["0" * 8 + str(key)[8:], "full"])).status_code == 404


def test_paths_tell_nothing_about_the_case(wish: Wish) -> None:
    photo = wish.attachments.get()
    assert photo.image.name == f"photos/{photo.key.hex[:2]}/{photo.key.hex}-full.jpg"
    assert (photo.added_at, photo.purpose) == (MONDAY, Attachment.Purpose.REPORT)
