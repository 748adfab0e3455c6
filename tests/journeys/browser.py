"""What a journey asks of the browser: where it is, who is signed in, and whether a page is usable by everyone."""

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, ViewportSize

from community.directory.models import User

As = Callable[[Page, User], None]

# An ordinary working day, in office hours.
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))

PATIENCE = 15_000  # milliseconds for what is expected to come about, on a machine that has much to do
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


# Only what is wrong comes back: what is right fills megabytes.
AUDIT = """async (rules) => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return found.violations.map(({id, nodes}) =>
    ({id, nodes: nodes.map(({html, failureSummary}) => ({html, failureSummary}))}));
}"""


def chromium_path() -> str | None:
    """The machine's Chromium ($CHROMIUM names another); None lets Playwright use its own."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def sign_in(page: Page, base_url: str, user: Any) -> None:
    """Give the browser a session of ``user`` without passing the sign-in page."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": base_url}])


def assert_accessible(page: Page) -> None:
    """No axe violation, nothing scrolls sideways, every control is large enough for a thumb."""
    found = violations(page)
    assert not found, "\n".join(found)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"
    small = small_targets(page)
    assert not small, "\n".join(small)


# What fades in is judged once it is there; what turns for ever is not waited for.
SETTLED = """() => Promise.all(document.getAnimations()
  .filter((each) => Number.isFinite(each.effect?.getComputedTiming().endTime))
  .map((each) => each.finished.catch(() => null))).then(() => null)"""


def violations(page: Page) -> list[str]:
    """What axe objects to, one line each; on a screen as long as the page, so that no bar that sticks covers anything."""
    page.wait_for_load_state()  # the scripts have said what they add, such as how many words are left
    # A toast says its word and goes; where it stands for these seconds is not the page.
    page.evaluate("document.querySelectorAll('[data-toast]').forEach((toast) => toast.remove())")
    size = page.viewport_size or DESKTOP
    whole = size["height"]
    for _ in range(3):  # until it no longer grows
        longer = page.evaluate("document.documentElement.scrollHeight")
        if longer == whole:
            break
        whole = longer
        page.set_viewport_size({"width": size["width"], "height": whole})
    page.evaluate(SETTLED)
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    found = page.evaluate(AUDIT, RULES)
    page.set_viewport_size(size)
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for each in found for node in each["nodes"]
    ]


def small_targets(page: Page) -> list[str]:
    """Controls below the page's target size (44 px, 60 px in 长辈版); links inside running text may be lower."""
    return page.evaluate(
        """() => {
          const least = parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--target")) - 0.5;
          const shown = [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")]
            .filter((e) => e.offsetParent && !e.closest(".visually-hidden"))
            .filter((e) => !(e.matches("a") && getComputedStyle(e).display === "inline"));
          const high = (e) => Math.max(...[e, ...(e.labels ?? [])].map((part) => part.getBoundingClientRect().height));
          return shown
            .filter((e) => high(e) < least)
            .map((e) => `${e.tagName} ${e.id} ${e.className} ${e.textContent.trim().slice(0, 30)}`);
        }"""
    )
