"""The hub as an app on a phone: what its service worker keeps, and which pages go on without network.

Apps register their pages from ``apps.py``. The worker's version is a digest of what it keeps, so a changed file renews it.
"""

import hashlib
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse

SOURCES = settings.BASE_DIR / "static"
FOLDERS = ("css", "js", "icons")
VENDOR = ("vendor/tabler.css", "vendor/icons.svg", "vendor/idb.js", "vendor/jsqr.js", "django_htmx/htmx-2.min.js")


@dataclass(frozen=True)
class Page:
    """A page that opens without network.

    ``instead_of``: patterns of addresses that lead to it meanwhile. ``background``: the module with what the worker does
    for it (``keep`` a form that could not be sent, ``send`` what was kept).
    """

    url_name: str
    label: Any
    instead_of: tuple[str, ...] = ()
    background: str = ""


_pages: dict[str, Page] = {}


def register(page: Page) -> None:
    _pages[page.url_name] = page


def pages() -> list[Page]:
    return list(_pages.values())


def facts() -> dict[str, Any]:
    """What the service worker is told."""
    kept = [{"address": reverse(page.url_name), "instead_of": page.instead_of} for page in pages()]
    return {"version": version(), "assets": addresses(), "offline": reverse("offline"), "pages": kept}


def backgrounds() -> list[str]:
    """Addresses of the modules that the worker loads for the pages."""
    return [static(page.background) for page in pages() if page.background]


@cache
def names() -> tuple[str, ...]:
    """Every style, script and icon of our own, and what of others' the kept pages load."""
    found = sorted(path for folder in FOLDERS for path in (SOURCES / folder).rglob("*") if path.is_file())
    return (*(path.relative_to(SOURCES).as_posix() for path in found), *VENDOR)


@cache
def addresses() -> list[str]:
    """Where they are asked for. Modules name each other without the digest that the storage adds."""
    plain = [settings.STATIC_URL + name for name in names() if name.endswith(".js")]
    return list(dict.fromkeys([*(static(name) for name in names()), *plain]))


@cache
def version() -> str:
    digest = hashlib.sha256(repr([asdict(page) | {"label": ""} for page in pages()]).encode())
    for name in names():
        found = finders.find(name)
        if found is not None:
            with open(found, "rb") as file:
                digest.update(file.read())
    return digest.hexdigest()[:12]
