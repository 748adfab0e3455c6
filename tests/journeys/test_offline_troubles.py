"""A patrol's notes among troubles: answers that are none, a full phone, photos that are no photos. Nothing is lost."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from grids.models import Incident, Patrol
from tests.journeys.browser import assert_accessible
from tests.journeys.pocket import Pocket, bar, fill_up, find, make_room, records
from tests.neighbourhood import Town

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PAGE = {"body": "<html>…</html>", "content_type": "text/html"}
IN_BETWEEN: list[dict[str, Any]] = [
    {"status": 200, **PAGE},  # a café's sign-in page
    {"status": 502, **PAGE},
    {"status": 429, **PAGE},
    {"status": 200, "body": '{"items": [{"ke', "content_type": "application/json"},  # half an answer
]


def test_whatever_stands_between_nothing_is_lost(town: Town, patrol: Patrol, pocket: Pocket, snapshot: Path) -> None:
    patrol.start(by=town.ours.worker)
    page = pocket.walk(town.ours.worker)
    expect(page.get_by_text("检查点 0/2")).to_be_visible()
    with pocket.answered(page) as coming:
        find(page, "暴露垃圾", "西门口", snapshot)
        find(page, "暴露垃圾", "东门口")
        for answer in IN_BETWEEN:
            coming.append(answer)
            again(page, answer["status"])
            expect(bar(page)).to_have_text("离线，已存 2 条，联网后自动上报")
            expect(records(page, "queued")).to_have_count(2)

        # The hub stumbles over the two together, then over each: both wait, and say so.
        coming.extend([{"status": 500, "json": {"detail": "…"}}] * 3)
        again(page, 500)
        expect(records(page, "queued").filter(has_text="系统暂时没能收下这条")).to_have_count(2)

        # Too heavy together; parted, the one with the photo is too heavy still, and goes without it in the end.
        coming.extend([{"status": 413, **PAGE}] * 2)
        again(page, 413)
        expect(records(page, "done")).to_have_count(1)
        expect(records(page, "refused")).to_contain_text("照片太大")
        assert_accessible(page)

        # The proof was of an earlier login: asked for anew, and sent once more.
        coming.append({"status": 403, "json": {"detail": "CSRF Failed"}})
        records(page, "refused").get_by_role("button", name="去掉照片再报").tap()
        expect(records(page, "done")).to_have_count(2)
    assert sorted(Incident.objects.values_list("place", flat=True)) == ["东门口", "西门口"]
    expect(page.get_by_role("alert")).to_have_count(0)


def again(page: Page, status: int) -> None:
    """The phone finds a network again, sends, and is answered so."""
    with page.expect_response(lambda answer: "/patrols/sync/" in answer.url and answer.status == status):
        page.evaluate("window.dispatchEvent(new Event('online'))")


def test_a_full_phone_keeps_the_words_and_says_which_photo_does_not_fit(
    town: Town, patrol: Patrol, pocket: Pocket, snapshot: Path
) -> None:
    patrol.start(by=town.ours.worker)
    page = pocket.walk(town.ours.worker)
    expect(page.get_by_text("检查点 0/2")).to_be_visible()
    pocket.cut()
    fill_up(page, 1000)
    page.get_by_role("radio", name="暴露垃圾").tap()
    page.locator("#walk_photos").set_input_files(snapshot)
    expect(page.get_by_role("alert").filter(has_text="文字已存好，这张照片没能存下")).to_be_visible()
    assert_accessible(page)

    # Not even words fit: the form stays as it is and says what to do; with room again nothing has been lost.
    fill_up(page, 0)
    page.get_by_label("具体位置").fill("西门口")
    expect(page.get_by_role("alert").filter(has_text="请不要关闭本页")).to_be_visible()
    page.get_by_role("button", name="上报", exact=True).tap()
    expect(page.get_by_label("具体位置")).to_have_value("西门口")
    make_room(page)
    page.get_by_role("button", name="上报", exact=True).tap()
    expect(records(page, "queued")).to_have_count(1)
    expect(page.get_by_role("alert").filter(has_text="请不要关闭本页")).to_have_count(0)
    pocket.restore()
    expect(records(page, "done")).to_have_count(1)
    assert Incident.objects.get().place == "西门口"


def test_photos_that_are_none_and_words_that_are_too_many(
    town: Town, patrol: Patrol, pocket: Pocket, tmp_path: Path
) -> None:
    patrol.start(by=town.ours.worker)
    page = pocket.walk(town.ours.worker)
    expect(page.get_by_text("检查点 0/2")).to_be_visible()
    pocket.cut()
    page.get_by_role("radio", name="暴露垃圾").tap()
    torn = tmp_path / "torn.jpg"
    torn.write_bytes(b"\xff\xd8\xff\xe0" + bytes(2000))
    page.locator("#walk_photos").set_input_files(torn)
    expect(page.get_by_text("这个文件不是照片，或已损坏")).to_be_visible()
    heic = tmp_path / "IMG_2.HEIC"
    Image.new("RGB", (64, 48), "teal").save(heic, "HEIF")
    page.locator("#walk_photos").set_input_files(heic)
    expect(page.get_by_text("已按原图存好")).to_be_visible()
    expect(page.locator(".ml-no-preview")).to_contain_text("IMG_2.HEIC")
    page.locator("#walk_photos").set_input_files(heavy(tmp_path))
    expect(page.locator("[data-editor-photos] img")).to_have_count(1)

    page.get_by_label("具体位置").fill("西门口")
    page.get_by_label("补充说明").fill("字" * 10_000)
    page.get_by_role("button", name="上报", exact=True).tap()
    expect(page.get_by_text("超出 8000 字")).to_be_visible()
    page.reload()
    expect(page.get_by_label("补充说明")).to_have_value("字" * 10_000)
    page.get_by_label("补充说明").fill("🧹 مرحبا <script>alert(1)</script>")
    page.get_by_role("button", name="上报", exact=True).tap()
    expect(records(page, "queued")).to_contain_text("<script>alert(1)</script>")
    pocket.restore()
    expect(records(page, "done")).to_have_count(1)
    incident = Incident.objects.get()
    assert incident.description == "🧹 مرحبا <script>alert(1)</script>"
    assert sorted(photo.width for photo in incident.attachments.all()) == [64, 1600]


def heavy(folder: Path) -> Path:
    """A photo of more than 30 MB, with the place in it: the phone makes it small before it keeps it."""
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (36.0, 40.0, 1.0)}
    path = folder / "heavy.jpg"
    grain = Image.effect_noise((2400, 1800), 90).convert("RGB")
    grain.save(path, "JPEG", quality=100, exif=exif.tobytes())
    with path.open("ab") as file:
        file.write(bytes(30 * 1024 * 1024))
    return path
