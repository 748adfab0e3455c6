"""A patrol without network: out, noted, found again after reload and a killed tab, sent once when the network is back."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import segno
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Route, expect

from grids.models import Category, CheckPoint, Incident, Patrol, Receipt, Tick
from tests.journeys.browser import assert_accessible, sign_in
from tests.journeys.pocket import SYNC, Pocket, fill_up, make_room
from tests.neighbourhood import Hood, Town

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pocket(chromium: Browser, live_server: Any, tmp_path: Path) -> Iterator[Pocket]:
    found = Pocket(chromium.browser_type, tmp_path / "profile", live_server.url)
    yield found
    found.kill()
    assert found.complaints == []


@pytest.fixture
def patrol(town: Town) -> Patrol:
    return planned_today(town.ours)


def planned_today(hood: Hood) -> Patrol:
    """At the hour at which the test runs: the browser's own clock, and its worker's, cannot be turned back together."""
    now = timezone.now()
    for order, name in enumerate(("3号楼充电棚", "地下车库入口"), start=1):
        CheckPoint.objects.create(grid=hood.grid, name=name, order=order)
    return Patrol.objects.create(
        kind="patrol", community=hood.community, grid=hood.grid, assignee=hood.worker, day=timezone.localdate(now),
        opens_at=now - timedelta(hours=1), closes_at=now + timedelta(hours=8),
    )  # fmt: skip


def bar(page: Page) -> Locator:
    return page.locator("[data-offline-bar]")


def records(page: Page, state: str) -> Locator:
    return page.locator(f".ml-record[data-state={state}]")


def find(page: Page, category: str, place: str, photo: Path | None = None, button: str = "上报") -> None:
    page.get_by_role("radio", name=category).tap()
    if photo:
        page.locator("#walk_photos").set_input_files(photo)
        expect(page.locator("[data-editor-photos] img")).to_have_count(1)
    page.get_by_label("具体位置").fill(place)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_label("具体位置")).to_have_value("")


def test_a_whole_patrol_without_network(town: Town, patrol: Patrol, pocket: Pocket, snapshot: Path) -> None:
    page = pocket.walk(town.ours.worker)
    expect(page.get_by_text("没有网络也能用")).to_be_visible()
    assert_accessible(page)
    pocket.cut()

    # Out, one point ticked, one thing fixed, one reported: all without network.
    page.get_by_role("button", name="开始巡查").tap()
    page.get_by_role("button", name="3号楼充电棚 到了").tap()
    find(page, "楼道堆物", "2单元门口", snapshot, "已随手解决")
    find(page, "暴露垃圾", "西门口 🧹 <b>一堆</b>", snapshot)
    expect(bar(page)).to_have_text("离线，已存 4 条，联网后自动上报")
    expect(records(page, "queued")).to_have_count(4)
    assert_accessible(page)

    # Half a finding is on the screen when the page is loaded again, still without network.
    page.get_by_role("radio", name="非机动车乱停放").tap()
    page.get_by_label("具体位置").fill("消防通道")
    page.locator("#walk_photos").set_input_files(snapshot)
    expect(page.locator("[data-editor-photos] img")).to_have_count(1)
    expect(page.get_by_text("已存到手机")).to_be_visible()
    page.reload()
    expect(page.get_by_label("具体位置")).to_have_value("消防通道")
    expect(page.get_by_role("radio", name="非机动车乱停放")).to_be_checked()
    expect(page.locator("[data-editor-photos] img")).to_have_count(1)
    expect(page.get_by_text("检查点 1/2")).to_be_visible()
    assert not Incident.objects.exists()

    # The network is back: everything goes by itself, once; the draft stays a draft.
    pocket.restore()
    expect(records(page, "queued")).to_have_count(0)
    expect(records(page, "done")).to_have_count(2)
    expect(bar(page)).to_be_hidden()
    fixed, reported = Incident.objects.order_by("pk")
    assert (fixed.fixed_on_spot, fixed.status, fixed.attachments.count()) == (True, "closed", 1)
    assert (reported.place, reported.status, reported.patrol) == ("西门口 🧹 <b>一堆</b>", "reported", patrol)
    assert Tick.objects.get().point.name == "3号楼充电棚"

    page.get_by_role("button", name="上报", exact=True).tap()
    page.get_by_text("走完了，结束巡查").tap()
    page.get_by_label("给下一班的话").fill("车库入口明天再看")
    page.get_by_role("button", name="结束巡查", exact=True).tap()
    expect(page.get_by_text("今天没有要走的巡查")).to_be_visible()
    expect(records(page, "queued")).to_have_count(0)
    patrol.refresh_from_db()
    assert (patrol.status, patrol.timeline.latest("pk").note) == ("done", "车库入口明天再看")
    assert Incident.objects.count() == 3


def test_a_killed_browser_opens_again_without_network(
    town: Town, patrol: Patrol, pocket: Pocket, snapshot: Path
) -> None:
    patrol.start(by=town.ours.worker)
    page = pocket.walk(town.ours.worker)
    expect(page.get_by_text("检查点 0/2")).to_be_visible()
    pocket.cut()
    find(page, "暴露垃圾", "西门口", snapshot)
    page.get_by_role("radio", name="楼道堆物").tap()
    page.get_by_label("具体位置").fill("三层平台")
    expect(page.get_by_text("已存到手机")).to_be_visible()
    pocket.kill()

    page = pocket.start(town.ours.worker)
    pocket.cut()
    page.goto("/")  # the icon on the home screen; it leads to the walk
    page.wait_for_url("**/grids/walk/")
    expect(page.get_by_label("具体位置")).to_have_value("三层平台")
    expect(records(page, "queued")).to_have_count(1)
    expect(bar(page)).to_have_text("离线，已存 1 条，联网后自动上报")

    # Any number of drafts: this one waits, another is written, the first is taken up again.
    page.get_by_role("button", name="存为草稿，先记别的").tap()
    expect(records(page, "draft")).to_have_count(1)
    find(page, "暴露垃圾", "东门口")
    records(page, "draft").get_by_role("button", name="继续写").tap()
    expect(page.get_by_label("具体位置")).to_have_value("三层平台")
    page.get_by_role("button", name="上报", exact=True).tap()
    expect(records(page, "queued")).to_have_count(3)

    pocket.restore()
    expect(records(page, "done")).to_have_count(3)
    assert set(Incident.objects.values_list("place", flat=True)) == {"西门口", "东门口", "三层平台"}


def test_answers_lost_on_the_way_make_no_double(town: Town, patrol: Patrol, pocket: Pocket, snapshot: Path) -> None:
    patrol.start(by=town.ours.worker)
    page = pocket.walk(town.ours.worker)
    with pocket.answers_lost(page) as lost:
        find(page, "暴露垃圾", "西门口", snapshot)
        expect(bar(page)).to_have_text("离线，已存 1 条，联网后自动上报")
        assert lost == [200]
        assert Incident.objects.count() == 1
    page.reload()
    expect(records(page, "done")).to_have_count(1)
    assert (Incident.objects.count(), Receipt.objects.count()) == (1, 1)


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


def test_what_the_hub_says_otherwise_is_shown_beside_it(town: Town, patrol: Patrol, pocket: Pocket) -> None:
    """Walked without network; meanwhile the window closed, and the grid was drawn anew."""
    hood = town.ours
    patrol.start(by=hood.worker)
    page = pocket.walk(hood.worker)
    expect(page.get_by_text("检查点 0/2")).to_be_visible()
    pocket.cut()
    page.get_by_role("radio", name="暴露垃圾").tap()
    page.get_by_role("radio", name="3号楼").tap()
    page.get_by_role("button", name="上报", exact=True).tap()
    expect(records(page, "queued")).to_have_count(1)
    page.get_by_text("走完了，结束巡查").tap()
    page.get_by_role("button", name="结束巡查", exact=True).tap()
    expect(records(page, "queued")).to_have_count(2)
    hood.building.grid = hood.other_grid
    hood.building.save()
    patrol.miss(by=None)

    pocket.restore()
    expect(records(page, "conflict")).to_have_count(2)
    moved, ended = (records(page, "conflict").filter(has_text=words) for words in ("网格刚刚调整过", "已经结束"))
    expect(moved.locator(".ml-sides")).to_contain_text("3号楼 现在属于第2网格")
    expect(ended.locator(".ml-sides")).to_contain_text("未完成")
    assert_accessible(page)
    moved.get_by_role("button", name="报到第2网格").tap()
    ended.get_by_role("button", name="补交这次巡查").tap()
    expect(records(page, "conflict")).to_have_count(0)
    expect(records(page, "queued")).to_have_count(0)
    patrol.refresh_from_db()
    assert (patrol.status, Incident.objects.get().grid) == ("done", hood.other_grid)


def test_nobody_opens_what_another_kept(town: Town, patrol: Patrol, pocket: Pocket) -> None:
    hood = town.ours
    patrol.start(by=hood.worker)
    page = pocket.walk(hood.worker)

    # Somebody else signs in on this phone while it is being sent: it is neither theirs nor refused, but kept for later.
    def change_hands(route: Route) -> None:
        sign_in(page, pocket.base_url, hood.other_worker)
        route.continue_()

    page.route(SYNC, change_hands)
    find(page, "暴露垃圾", "西门口")
    expect(page.get_by_text("手机里的记录属于另一个账号")).to_be_visible()
    page.unroute(SYNC)
    page.goto("/grids/walk/")
    page.wait_for_selector("html[data-app=ready]")
    expect(page.get_by_text("今天没有要走的巡查")).to_be_visible()
    expect(page.locator(".ml-record")).to_have_count(0)
    assert "西门口" not in page.content()

    # Signed out, not even the page is left; back again, what was noted is still there.
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.wait_for_selector("html[data-app=ready]")
    pocket.cut()
    page.goto("/grids/walk/")
    expect(page.get_by_role("heading", name="现在没有网络")).to_be_visible()
    pocket.restore()
    sign_in(page, pocket.base_url, hood.worker)
    page.goto("/grids/walk/")
    expect(records(page, "done")).to_have_count(1)
    assert Incident.objects.get().raised_by == hood.worker


def test_a_form_of_the_plain_page_is_kept_when_the_network_breaks(
    town: Town, patrol: Patrol, pocket: Pocket, snapshot: Path
) -> None:
    patrol.start(by=town.ours.worker)
    page = pocket.walk(town.ours.worker)
    page.goto(f"/grids/patrols/{patrol.pk}/")
    pocket.cut()
    page.get_by_role("radio", name="暴露垃圾").tap()
    page.locator("input[type=file]").set_input_files(snapshot)
    page.get_by_label("具体位置").fill("西门口")
    page.get_by_role("button", name="上报", exact=True).tap()
    page.wait_for_url("**/grids/walk/**")
    expect(records(page, "queued")).to_have_count(1)
    pocket.restore()
    expect(records(page, "done")).to_have_count(1)
    assert (Incident.objects.get().place, Incident.objects.get().attachments.count()) == ("西门口", 1)


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


def test_a_phone_clock_wrong_by_a_day_is_told(town: Town, patrol: Patrol, pocket: Pocket) -> None:
    patrol.start(by=town.ours.worker)
    page = pocket.walk(town.ours.worker)
    page.clock.set_fixed_time(timezone.now() - timedelta(days=1))
    page.reload()
    find(page, "暴露垃圾", "西门口")
    expect(records(page, "done")).to_contain_text("手机时钟不准")
    assert Receipt.objects.get(kind="finding").clock_off


def test_a_check_point_is_ticked_by_the_pages_own_camera(
    town: Town, patrol: Patrol, pocket: Pocket, tmp_path: Path
) -> None:
    patrol.start(by=town.ours.worker)
    page = pocket.walk(town.ours.worker)
    page.get_by_role("button", name="扫码").tap()
    expect(page.get_by_text("没有打开相机，请点检查点右边的“到了”。")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    pocket.kill()

    point = CheckPoint.objects.order_by("order")[1]
    pocket.film = film_of(f"{pocket.base_url}/grids/point/{point.token}/", tmp_path)
    page = pocket.walk(town.ours.worker)
    page.get_by_role("button", name="扫码").tap()
    expect(page.get_by_text("检查点 1/2")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="地下车库入口 已到")).to_be_disabled()
    expect(bar(page)).to_be_hidden()
    assert (Tick.objects.get().point, Tick.objects.get().how) == (point, "code")


def film_of(text: str, folder: Path) -> Path:
    """A printed code held before the camera, as a film of a few pictures."""
    code = io.BytesIO()
    segno.make(text).save(code, kind="png", scale=8, border=6)
    scene = Image.new("RGB", (640, 480), "gray")
    printed = Image.open(code).convert("RGB")
    scene.paste(printed, ((640 - printed.width) // 2, (480 - printed.height) // 2))
    shot = io.BytesIO()
    scene.save(shot, "JPEG", quality=90)
    path = folder / "camera.mjpeg"
    path.write_bytes(shot.getvalue() * 5)
    return path


def test_the_same_thing_nearby_is_joined_from_the_walk(
    town: Town, patrol: Patrol, pocket: Pocket, snapshot: Path
) -> None:
    hood = town.ours
    rubbish = Category.objects.get(code="06010", variant="")
    told = Incident.report(by=hood.neighbour, community=hood.community, building=hood.building, category=rubbish)
    patrol.start(by=hood.worker)
    page = pocket.walk(hood.worker)
    page.get_by_role("radio", name="暴露垃圾").tap()
    page.get_by_role("radio", name="3号楼").tap()
    expect(page.get_by_role("heading", name="附近已有相同问题")).to_be_visible()
    assert_accessible(page)

    # Enter in a field is no tap on the button above it.
    page.get_by_label("具体位置").fill("门口")
    page.get_by_label("具体位置").press("Enter")
    expect(page.get_by_label("具体位置")).to_have_value("门口")

    # The network goes as the thumb comes down: the choice waits with the rest.
    pocket.cut()
    page.get_by_role("button", name="我也遇到").tap()
    expect(records(page, "queued")).to_have_count(1)
    expect(page.get_by_role("heading", name="附近已有相同问题")).to_have_count(0)
    pocket.restore()
    expect(records(page, "done")).to_contain_text(told.number)
    assert Incident.objects.get() == told
    assert told.supporters.get().words == "门口"


def test_a_check_point_is_ticked_by_its_code(town: Town, patrol: Patrol, pocket: Pocket) -> None:
    """The phone's ordinary camera opens the code's address, with or without network; the page notes it."""
    patrol.start(by=town.ours.worker)
    page = pocket.walk(town.ours.worker)
    first, second = CheckPoint.objects.order_by("order")
    page.goto(f"/grids/point/{first.token}/")
    expect(page.get_by_text("检查点 1/2")).to_be_visible()
    expect(page.get_by_text("已到：3号楼充电棚")).to_be_visible()
    pocket.cut()
    page.goto(f"/grids/point/{second.token}/")
    expect(page.get_by_text("检查点 2/2")).to_be_visible()
    pocket.restore()
    expect(page.locator(".ml-record")).to_have_count(0)
    assert list(Tick.objects.values_list("point__name", "how").order_by("point__order")) == [
        ("3号楼充电棚", "code"), ("地下车库入口", "code"),
    ]  # fmt: skip
