"""The frame in a real browser: usable by thumb, keyboard and reader, in both sizes and both languages."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from community.directory.models import User
from tests.journeys.browser import assert_accessible, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def staff() -> User:
    return User.objects.create_superuser("secretary", password="long enough 1", name="王主任")


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("elder", ["", "22", "30"])
def test_every_component_is_accessible(size: str, elder: str, request: Any, live_server: Any, staff: User) -> None:
    page: Page = request.getfixturevalue(size)
    sign_in(page, live_server.url, staff)
    if elder:
        page.context.add_cookies([{"name": "elder", "value": elder, "url": live_server.url}])
    page.goto("/gallery/")
    page.wait_for_selector("canvas")
    assert_accessible(page)


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/login/code/", "/accounts/signup/", "/offline/"])
def test_pages_for_everybody_are_accessible(path: str, phone: Page) -> None:
    phone.goto(path)
    assert_accessible(phone)


def test_elder_mode_is_one_tap_away_and_keeps_what_was_typed(phone: Page) -> None:
    phone.goto("/accounts/login/")
    phone.get_by_label("手机号或用户名").fill("13900001111")
    phone.get_by_role("button", name="长辈版").tap()
    expect(phone.locator("html")).to_have_attribute("data-elder", "22")
    expect(phone.get_by_label("手机号或用户名")).to_have_value("13900001111")
    phone.get_by_role("button", name="字号").tap()
    expect(phone.locator("html")).to_have_attribute("data-elder", "26")
    phone.reload()
    expect(phone.locator("html")).to_have_attribute("data-elder", "26")
    assert_accessible(phone)


def test_language_is_one_click_away(desktop: Page) -> None:
    desktop.goto("/accounts/login/")
    desktop.get_by_role("button", name="English").click()
    expect(desktop.locator("html")).to_have_attribute("lang", "en")


def test_the_keyboard_reaches_the_content_first(desktop: Page) -> None:
    desktop.goto("/accounts/login/")
    desktop.keyboard.press("Tab")
    expect(desktop.get_by_role("link", name="跳到正文")).to_be_focused()
    desktop.keyboard.press("Enter")
    expect(desktop.locator("#main")).to_be_focused()


def test_sheets_open_close_and_give_the_focus_back(phone: Page, live_server: Any, staff: User) -> None:
    sign_in(phone, live_server.url, staff)
    phone.goto("/gallery/")
    opener = phone.get_by_role("button", name="打开抽屉")
    opener.click()
    expect(phone.locator("#sample-sheet")).to_be_visible()
    phone.keyboard.press("Escape")
    expect(phone.locator("#sample-sheet")).to_be_hidden()
    expect(opener).to_be_focused()


def test_photos_are_shown_before_they_are_sent(phone: Page, live_server: Any, staff: User, tmp_path: Any) -> None:
    from PIL import Image

    files = []
    for n in range(4):
        files.append(tmp_path / f"{n}.jpg")
        Image.new("RGB", (40, 40)).save(files[-1])
    sign_in(phone, live_server.url, staff)
    phone.goto("/gallery/")
    field = phone.locator("#evidence")
    picker = phone.locator("[data-photo-picker]", has=field)
    field.set_input_files(files)
    expect(picker.locator("li img")).to_have_count(3)
    expect(picker.get_by_role("status")).to_contain_text("最多 3 张")
    picker.get_by_role("button", name="删除这张照片 0.jpg").click()
    expect(picker.locator("li img")).to_have_count(2)
    assert field.evaluate("input => [...input.files].map(file => file.name)") == ["1.jpg", "2.jpg"]


def test_a_double_tap_sends_once_and_a_return_can_send_again(phone: Page) -> None:
    sent: list[str] = []

    def answer(route: Route) -> None:
        if route.request.method == "GET":
            route.continue_()
        else:
            sent.append(route.request.url)
            route.fulfill(status=204)

    phone.route("**/accounts/login/", answer)
    phone.goto("/accounts/login/")
    phone.get_by_label("手机号或用户名").fill("13900001111")
    button = phone.get_by_role("button", name="登录", exact=True)
    with phone.expect_response("**/accounts/login/"):
        button.evaluate("button => { button.click(); button.click(); }")
    expect(phone.get_by_role("button", name="正在登录…")).to_be_visible()
    assert len(sent) == 1
    phone.evaluate("window.dispatchEvent(new Event('pageshow'))")
    with phone.expect_response("**/accounts/login/"):
        button.click()
    expect(phone.get_by_role("button", name="正在登录…")).to_be_visible()
    assert len(sent) == 2


def test_a_chart_has_its_table(desktop: Page, live_server: Any, staff: User) -> None:
    sign_in(desktop, live_server.url, staff)
    desktop.goto("/gallery/")
    card = desktop.locator("[data-source=chart-hbar-data][data-drawn]")
    card.get_by_role("button", name="看表格").click()
    expect(card.get_by_role("row", name="道路不洁 34")).to_be_visible()
    card.get_by_role("button", name="看图").click()
    expect(card.locator("table")).to_be_hidden()


def test_the_progress_bar_asks_until_it_is_done(desktop: Page, live_server: Any, staff: User) -> None:
    sign_in(desktop, live_server.url, staff)
    desktop.goto("/gallery/")
    expect(desktop.get_by_text("导入完成")).to_be_visible(timeout=20_000)


def test_the_offline_bar_shows_itself(phone: Page, live_server: Any, staff: User) -> None:
    phone.goto("/accounts/login/")
    sign_in(phone, live_server.url, staff)
    phone.goto("/gallery/")
    phone.context.set_offline(True)
    expect(phone.locator("[data-offline-bar]").first).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.locator("[data-offline-bar]").first).to_be_hidden()
