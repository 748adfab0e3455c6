"""Real browsers for the journeys: a phone and a desktop, both of which refuse script errors."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.browser import DESKTOP, PHONE, chromium_path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, which Django would otherwise take for an async context.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Browser, live_server: Any) -> Iterator[Page]:
    """A phone of 390×844, touch, Chinese; relative addresses lead to the live server."""
    yield from _page(chromium, live_server.url, viewport=PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def desktop(chromium: Browser, live_server: Any) -> Iterator[Page]:
    """A desktop of 1440×900."""
    yield from _page(chromium, live_server.url, viewport=DESKTOP)


def _page(chromium: Browser, base_url: str, **options: Any) -> Iterator[Page]:
    context = chromium.new_context(base_url=base_url, locale="zh-CN", timezone_id="Asia/Shanghai", **options)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert complaints == []
