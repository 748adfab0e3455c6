"""Real browsers for the journeys: a phone and a desktop, both of which refuse script errors."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import HttpRequest
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from whitenoise import WhiteNoise

from community.directory.models import User
from grids.models import Patrol
from tests.journeys.browser import DESKTOP, PATIENCE, PHONE, As, chromium_path, sign_in
from tests.journeys.pocket import Pocket, planned_today
from tests.neighbourhood import Town, build_town

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, which Django would otherwise take for an async context.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    """Every journey keeps its photos and workbooks to itself."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _files_keep(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in production, no file is asked for again with every page; what a pocket takes along must not lean on that.

    Ten years, because the server's clock stands where the story is told and the browser's does not.
    """
    if "pocket" in request.fixturenames:
        return
    serve = StaticFilesHandler.serve

    def kept(handler: StaticFilesHandler, asked: HttpRequest) -> Any:
        answer = serve(handler, asked)
        answer["Cache-Control"] = f"public, immutable, max-age={WhiteNoise.FOREVER}"
        return answer

    monkeypatch.setattr(StaticFilesHandler, "serve", kept)


@pytest.fixture
def town(transactional_db: None) -> Town:
    """The neighbourhood, committed: the server's threads see it as well."""
    return build_town()


@pytest.fixture
def as_user(live_server: Any) -> As:
    """Sign the page's browser in as somebody else."""

    def become(page: Page, user: User) -> None:
        page.context.clear_cookies()
        sign_in(page, live_server.url, user)

    return become


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """A photo as a phone takes it."""
    path = tmp_path / "IMG_0001.jpg"
    Image.new("RGB", (640, 480), "peru").save(path)
    return path


@pytest.fixture
def phone(chromium: Browser, live_server: Any) -> Iterator[Page]:
    """A phone of 390×844, touch, Chinese; relative addresses lead to the live server."""
    yield from _page(chromium, live_server.url, viewport=PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def other_phone(chromium: Browser, live_server: Any) -> Iterator[Page]:
    """A second phone, in somebody else's hands."""
    yield from _page(chromium, live_server.url, viewport=PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def desktop(chromium: Browser, live_server: Any) -> Iterator[Page]:
    """A desktop of 1440×900."""
    yield from _page(chromium, live_server.url, viewport=DESKTOP)


def _page(chromium: Browser, base_url: str, **options: Any) -> Iterator[Page]:
    # The service worker has its own journeys (test_offline.py); elsewhere it would only fetch the same files again.
    apart: dict[str, Any] = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "service_workers": "block"}
    context = chromium.new_context(base_url=base_url, **apart | options)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def pocket(chromium: Browser, live_server: Any, tmp_path: Path) -> Iterator[Pocket]:
    found = Pocket(chromium.browser_type, tmp_path / "profile", live_server.url)
    yield found
    found.kill()
    assert found.complaints == []


@pytest.fixture
def patrol(town: Town) -> Patrol:
    return planned_today(town.ours)
