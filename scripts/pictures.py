"""Takes the README's pictures from a running demonstration: ``make pictures`` while ``make demo`` runs."""

import io
import os
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


def main(address: str, password: str, chromium: str | None) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        resident = signed_in(browser, address, "resident", password, PHONE)
        take(resident, "/?stay", "home")
        resident.goto("/wishes/mine/")
        resident.locator(".ml-case-link").nth(1).click()
        take(resident, resident.url, "wish")
        take(signed_in(browser, address, "worker", password, PHONE), "/grids/today/", "today")
        take(signed_in(browser, address, "secretary", password, DESKTOP), "/dashboard/", "dashboard")
        browser.close()


def signed_in(browser: Browser, address: str, username: str, password: str, size: dict[str, int]) -> Page:
    page = browser.new_context(base_url=address, viewport=size, locale="zh-CN").new_page()  # type: ignore[arg-type]
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(username)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "login" not in url)
    return page


def take(page: Page, path: str, name: str) -> None:
    """One screenful, in few colours, so that the repository stays small."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(128)
    picture.save(IMAGES / f"{name}.png", optimize=True)
    print(IMAGES / f"{name}.png")


if __name__ == "__main__":
    named = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    IMAGES.mkdir(parents=True, exist_ok=True)
    main(f"http://127.0.0.1:{os.environ.get('PORT', '8000')}", "mulin-demo-2026", named)
