"""长辈版 and English: two switches on every page, and every main page keeps what they promise."""

import re
from collections.abc import Iterator
from datetime import date, time

import pytest
import time_machine
from django.utils import translation
from playwright.sync_api import Page, expect

from community.dashboards.tasks import refresh
from community.duties.models import Plan
from community.duties.planning import plan_ahead
from grids.models import Category, Incident
from tests.journeys.browser import DESKTOP, MONDAY, PHONE, As, assert_accessible
from tests.neighbourhood import Town
from wishes.models import Wish

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

# Role and address; {wish} and {incident} stand for the numbers of what lived_in() raised.
ELDER_PAGES = (
    ("resident", "/"),
    ("resident", "/wishes/new/"),
    ("resident", "/wishes/received/{wish}/"),
    ("resident", "/wishes/"),
    ("resident", "/wishes/mine/"),
    ("resident", "/grids/report/"),
    ("resident", "/grids/my-grid/"),
    ("resident", "/grids/openings/"),
    ("resident", "/grids/received/{incident}/"),
    ("resident", "/cases/{wish}/"),
    ("resident", "/inbox/"),
    ("resident", "/points/mine/"),
    ("resident", "/points/redemption/"),
    ("resident", "/points/teams/activities/"),
    ("resident", "/points/stars/"),
    ("resident", "/points/challenges/"),
    ("resident", "/fund/"),
    ("volunteer", "/cases/{wish}/"),
    ("worker", "/grids/today/"),
    ("worker", "/cases/{incident}/"),
)
ENGLISH_PAGES = (
    ("", "/"),
    ("", "/accounts/login/"),
    ("", "/accounts/signup/"),
    *ELDER_PAGES,
    ("resident", "/me/"),
    ("worker", "/inbox/"),
    ("worker", "/grids/incidents/"),
    ("worker", "/codes/"),
    ("staff", "/inbox/"),
    ("staff", "/inbox/notices/"),
    ("staff", "/wishes/desk/"),
    ("staff", "/grids/incidents/"),
    ("staff", "/grids/patrols/"),
    ("staff", "/imports/"),
    ("staff", "/imports/new/"),
    ("secretary", "/dashboard/"),
    ("secretary", "/dashboard/wall/"),
    ("secretary", "/operations/"),
    ("secretary", "/posts/"),
    ("secretary", "/grids/atlas/"),
    ("secretary", "/grids/posts/"),
    ("secretary", "/grids/drawing/"),
    ("secretary", "/posts/new/"),
    ("secretary", "/dashboard/street/"),
    ("secretary", "/points/ledger/"),
    ("secretary", "/points/rules/"),
    ("secretary", "/points/awards/new/"),
    ("secretary", "/points/redemption/windows/new/"),
    ("secretary", "/cases/{wish}/"),
    ("secretary", "/cases/{incident}/dispatch/"),
    ("volunteer", "/cases/{wish}/claim/"),
)
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff01-\uff5e]")
SMALLEST = """() => {
  for (const late of document.querySelectorAll(".ml-badge:empty")) late.textContent = "9";  // fetched after the page
  const sizes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const around = node.parentElement;
    if (!node.textContent.trim() || !around.checkVisibility() || around.closest(".visually-hidden, script, style")) continue;
    if (around.closest("option, svg, [aria-hidden=true]")) continue;
    const size = parseFloat(getComputedStyle(around).fontSize);
    if (size < 21.9) sizes.push(`${size}px ${around.tagName}.${around.className} ${node.textContent.trim().slice(0, 30)}`);
  }
  return sizes;
}"""
WORDS = """() => {
  const found = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const around = node.parentElement;
    if (!around.closest("script, style, [lang=zh-hans], [data-theirs]")) found.push(node.textContent.trim());
  }
  for (const each of document.querySelectorAll("[aria-label], [title], [placeholder], [alt], [data-label]"))
    for (const name of ["aria-label", "title", "placeholder", "alt", "data-label"]) found.push(each.getAttribute(name) ?? "");
  return found;
}"""


def lived_in(town: Town) -> dict[str, str]:
    """A wish on the board, an incident to answer, a patrol to walk: the numbers by name."""
    hood = town.ours
    wish = Wish.submit(by=hood.resident, community=hood.community, building=hood.building, title="Eye check",
                       description="Eye check", contact_phone="19912345678")  # fmt: skip
    wish.publish(by=hood.staff, board_text="Somebody to come along to the eye doctor")
    incident = Incident.report(by=hood.resident, community=hood.community, building=hood.building,
                               category=Category.objects.get(code="06010"))  # fmt: skip
    Plan.objects.create(kind="patrol", community=hood.community, grid=hood.grid, assignee=hood.worker,
                        title="Daily walk", starts_on=date(2026, 3, 1), opens=time(8), closes=time(18))  # fmt: skip
    plan_ahead(MONDAY, days=1)
    refresh()
    return {"wish": wish.number, "incident": incident.number}


def walk_through(
    page: Page, as_user: As, town: Town, numbers: dict[str, str], pages: tuple[tuple[str, str], ...], switch: str
) -> Iterator[str]:
    """Visit the pages; each role presses the switch once, and the account remembers it. Yields the addresses."""
    remembered: set[str] = set()
    for role, address in pages:
        page.context.clear_cookies()
        if role:
            as_user(page, getattr(town.ours, role))
        if not role or role not in remembered:
            remembered.add(role)
            page.goto("/offline/")
            with page.expect_response("**/preferences/"):
                page.get_by_role("button", name=switch).click()
        answer = page.goto(address.format(**numbers))
        assert answer
        assert answer.ok, address
        yield address


def test_elder_mode_is_large_and_calm_on_every_main_page(town: Town, phone: Page, as_user: As) -> None:
    faults = []
    with time_machine.travel(MONDAY, tick=True):
        for address in walk_through(phone, as_user, town, lived_in(town), ELDER_PAGES, "长辈版"):
            expect(phone.locator("html")).to_have_attribute("data-elder", "22")
            faults += [f"{address}: {text}" for text in phone.evaluate(SMALLEST)]
            assert_accessible(phone)
    assert not faults, "\n".join(sorted(set(faults)))


def test_english_leaves_no_chinese_on_any_main_page(town: Town, desktop: Page, as_user: As) -> None:
    theirs = names_in(town)
    faults = []
    with time_machine.travel(MONDAY, tick=True):
        with translation.override("en"):  # titles are kept in the words of whoever wrote them
            numbers = lived_in(town)
        for address in walk_through(desktop, as_user, town, numbers, ENGLISH_PAGES, "English"):
            expect(desktop.locator("html")).to_have_attribute("lang", "en")
            for size in (PHONE, DESKTOP):  # English is longer
                desktop.set_viewport_size(size)
                if "/wall/" not in address and desktop.evaluate(
                    "document.documentElement.scrollWidth > window.innerWidth"
                ):
                    faults.append(f"{address} scrolls sideways at {size['width']} px")
            faults += [
                f"{address}: {text[:60]}" for text in desktop.evaluate(WORDS) if CHINESE.search(theirs.sub("", text))
            ]
    assert not faults, "\n".join(sorted(set(faults)))


def names_in(town: Town) -> re.Pattern[str]:
    """Names of places and people stay as they are in any language."""
    hoods = (town.ours, town.theirs, town.far)
    known = {town.street.name, town.admin.name, "南村街道", "中文"}
    for hood in hoods:
        known |= {hood.community.name, hood.grid.name, hood.other_grid.name, hood.building.estate.name}
        known |= {hood.building.name, hood.unit.name, "张秀兰"}
    return re.compile("|".join(sorted(map(re.escape, known), key=len, reverse=True)))
