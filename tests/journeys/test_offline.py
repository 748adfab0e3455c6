"""A patrol without network: out, noted, found again after reload and a killed tab, sent once when the network is back."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Route, expect

from grids.models import Category, CheckPoint, Incident, Patrol, Receipt, Tick
from tests.journeys.browser import assert_accessible, sign_in
from tests.journeys.camera import film_of, printed
from tests.journeys.pocket import SYNC, Pocket, bar, find, records
from tests.neighbourhood import Town

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_whole_patrol_without_network(town: Town, patrol: Patrol, pocket: Pocket, snapshot: Path) -> None:
    page = pocket.walk(town.ours.worker)
    expect(page.get_by_text("没有网络也能用")).to_be_visible()
    assert_accessible(page)
    # The phone knows where it is and would say so; nobody asks it.
    page.context.set_geolocation({"latitude": 36.7, "longitude": 117.0})
    page.context.grant_permissions(["geolocation"])
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
    assert Incident.objects.filter(spot_lat=None).count() == 3


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
    pocket.film = film_of(printed(f"{pocket.base_url}/grids/point/{point.token}/"), tmp_path)
    page = pocket.walk(town.ours.worker)
    page.get_by_role("button", name="扫码").tap()
    expect(page.get_by_text("检查点 1/2")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="地下车库入口 已到")).to_be_disabled()
    expect(bar(page)).to_be_hidden()
    assert (Tick.objects.get().point, Tick.objects.get().how) == (point, "code")


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
