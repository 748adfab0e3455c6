"""A Chromium and fonts with Chinese characters for the browser tests."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from bootstrap import console, machine
from bootstrap.failures import Failure
from bootstrap.packages import Packages

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
CJK_FONTS = ("*CJK*", "*wqy*", "*SourceHan*", "*uming*", "*ukai*", "*NotoSansSC*", "*DroidSansFallback*")


def ensure(packages: Packages) -> None:
    """Find or install both; the tests read the browser's path from CHROMIUM."""
    missing = [] if find() else ["chromium"]
    missing += [] if has_chinese_font() else ["fonts-noto-cjk"]
    if missing:
        install(missing, packages)
    browser = find()
    if not browser or not has_chinese_font():
        raise Failure(f"The browser tests need {' and '.join(missing)}: install them with apt-get and start again.")
    os.environ["CHROMIUM"] = browser


def find() -> str | None:
    """The path of a Chromium: named by CHROMIUM, the machine's, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named and os.access(named, os.X_OK):
        return named
    return next(filter(None, map(shutil.which, NAMES)), None) or playwright_chromium()


def playwright_chromium() -> str | None:
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    found = sorted(cache.glob("chromium-*/chrome-linux*/chrome"))
    return str(found[-1]) if found else None


def has_chinese_font() -> bool:
    return any(next(folder.rglob(name), None) for folder in FONT_FOLDERS if folder.is_dir() for name in CJK_FONTS)


def downloads(line: str) -> str | None:
    return line if line.startswith("Downloading") else None


def install(missing: list[str], packages: Packages) -> None:
    """Debian's packages where we may install them, else Playwright's browser (which brings no fonts)."""
    prefix = machine.administrator()
    if prefix is None and "chromium" in missing:
        browser: list[str | Path] = [packages.python, "-m", "playwright", "install", "chromium"]
        with suppress(Failure):  # the sentence that follows says what to do instead
            console.run(browser, "Downloading Playwright's Chromium", packages.log, downloads)
    if prefix is None:
        return
    wait = "DPkg::Lock::Timeout=600"
    with suppress(Failure):  # an old list may do
        console.run(
            [*prefix, "apt-get", "update", "-q"], "Refreshing Debian's package lists", packages.log, lambda _: None
        )
    command = [*prefix, "apt-get", "-o", wait, "install", "-qy", "--no-install-recommends", *missing]
    console.run(command, f"Installing {' and '.join(missing)}", packages.log)
