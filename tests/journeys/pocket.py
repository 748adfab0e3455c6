"""A phone whose browser remembers: its pages can be killed and opened again, its network cut and restored."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from playwright.sync_api import BrowserContext, BrowserType, Locator, Page, Route, expect

from community.directory.models import User
from grids.models import CheckPoint, Patrol
from tests.journeys.browser import PATIENCE, PHONE, chromium_path, sign_in
from tests.neighbourhood import Hood

SYNC = "**/api/patrols/sync/"

# What the worker sends behind the page passes no route: the page alone shall send.
ALONE = "() => { SyncManager.prototype.register = () => Promise.reject(new Error('not now')); }"


class Pocket:
    """One profile on disk. ``open`` starts the browser (again) and shows the patrol page."""

    def __init__(self, chromium: BrowserType, folder: Path, base_url: str) -> None:
        self.chromium, self.folder, self.base_url = chromium, folder, base_url
        self.context: BrowserContext | None = None
        self.complaints: list[str] = []
        self.film: Path | None = None  # what its camera sees; without one there is no camera

    def start(self, user: User | None = None) -> Page:
        """``user`` is still signed in, as on a phone whose session has not run out."""
        self.context = self.chromium.launch_persistent_context(
            self.folder, executable_path=chromium_path(), args=["--no-sandbox", *self._camera()], base_url=self.base_url,
            locale="zh-CN", timezone_id="Asia/Shanghai", viewport=PHONE, has_touch=True, is_mobile=True,
        )  # fmt: skip
        page = self.context.pages[0]
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if "Content Security" in said.text else None)
        if user:
            sign_in(page, self.base_url, user)
        return page

    def _camera(self) -> list[str]:
        if self.film is None:
            return []
        fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        return [*fake, f"--use-file-for-fake-video-capture={self.film}"]

    def walk(self, user: User) -> Page:
        """Signed in, on the patrol page, with everything taken along for the moment without network."""
        page = self.start(user)
        page.goto("/grids/walk/")
        page.wait_for_selector("html[data-app=ready]")
        return page

    def kill(self) -> None:
        """The phone puts the browser away without asking the page."""
        if self.context:
            self.context.close()
            self.context = None

    def cut(self) -> None:
        assert self.context is not None
        self.context.set_offline(True)

    def restore(self) -> None:
        assert self.context is not None
        self.context.set_offline(False)

    @contextmanager
    def answers_lost(self, page: Page) -> Iterator[list[int]]:
        """What is sent arrives, but its answers do not: the phone must take it for unsent. Yields the statuses."""
        lost: list[int] = []

        def swallow(route: Route) -> None:
            lost.append(route.fetch().status)
            route.abort("connectionreset")

        page.evaluate(ALONE)
        page.route(SYNC, swallow)
        yield lost
        page.unroute(SYNC)

    @contextmanager
    def answered(self, page: Page) -> Iterator[list[dict[str, Any]]]:
        """Whatever lies in the yielded list answers in the hub's place, one after the other; while it is empty before the
        first, nothing gets through."""
        coming: list[dict[str, Any]] = []
        begun: list[bool] = []

        def answer(route: Route) -> None:
            if coming:
                begun.append(True)
                route.fulfill(**coming.pop(0))
            elif begun:
                route.continue_()
            else:
                route.abort("connectionreset")

        page.evaluate(ALONE)
        page.route(SYNC, answer)
        yield coming
        page.unroute(SYNC)


# Chromium lets no page's quota be lowered any more, so its database answers as a full phone's does: a write of more than
# so many bytes (words are counted by letters, photos by their size) is refused with the error of the standard.
FULL = """(room) => {
  const heavy = (value) => (value?.blob?.size ?? (value instanceof Blob ? value.size : JSON.stringify(value).length));
  for (const name of ["add", "put"]) {
    const real = IDBObjectStore.prototype[name];
    IDBObjectStore.prototype[name] = function (value, ...rest) {
      if (heavy(value) > window.roomLeft) throw new DOMException("full", "QuotaExceededError");
      return real.call(this, value, ...rest);
    };
  }
  window.roomLeft = room;
}"""


def fill_up(page: Page, room: int) -> None:
    """Leave the page so many bytes for each thing it stores."""
    page.evaluate(FULL, room)


def make_room(page: Page) -> None:
    page.evaluate("window.roomLeft = Infinity")


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
