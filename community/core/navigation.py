"""The menus of the shells. Apps add their entries from ``apps.py``; a page that does not exist yet is not shown."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property

SHELLS = ("resident", "worker", "office")
BAR_SIZE = 5
_items: list["Item"] = []


@dataclass(frozen=True)
class Item:
    """One entry as registered; ``label`` and ``section`` are lazy translations."""

    shell: str
    label: Any
    icon: str
    url_name: str
    order: int
    allowed: Callable[[Any], bool]
    section: Any = ""
    badge: str = ""


@dataclass(frozen=True)
class Link:
    """One entry as shown to one person on one page."""

    label: Any
    icon: str
    url: str
    active: bool
    section: Any
    badge: str = ""


def register(
    shell: str,
    label: Any,
    *,
    icon: str,
    url_name: str,
    order: int,
    allowed: Callable[[Any], bool] = lambda user: user.is_authenticated,
    section: Any = "",
    badge: str = "",
) -> None:
    """Add an entry to the menu of ``shell``; registering the same address twice replaces it. Raises ValueError.

    ``badge`` names the address of a small number that the page fetches after it has loaded.
    """
    if shell not in SHELLS:
        raise ValueError(f"no shell {shell!r}; there are {', '.join(SHELLS)}")
    item = Item(shell, label, icon, url_name, order, allowed, section, badge)
    _items[:] = [other for other in _items if (other.shell, other.url_name) != (shell, url_name)] + [item]
    _items.sort(key=lambda other: other.order)


class Navigation:
    """The menus of one request, worked out only for the shell that asks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def resident(self) -> list[Link]:
        return self._links("resident")[:BAR_SIZE]

    @cached_property
    def worker(self) -> list[Link]:
        return self._links("worker")[:BAR_SIZE]

    @cached_property
    def office(self) -> list[tuple[Any, list[Link]]]:
        """Pairs of section heading and its links, in order."""
        links = self._links("office")
        sections = list(dict.fromkeys(str(link.section) for link in links))
        links.sort(key=lambda link: sections.index(str(link.section)))
        return [(name, list(group)) for name, group in groupby(links, key=lambda link: str(link.section))]

    def _links(self, shell: str) -> list[Link]:
        user = getattr(self.request, "user", None)
        found = [
            (item, url)
            for item in _items
            if item.shell == shell and (url := _address(item.url_name)) and user is not None and item.allowed(user)
        ]
        current = _longest_match(self.request.path, [url for _, url in found])
        return [
            Link(item.label, item.icon, url, url == current, item.section, _address(item.badge)) for item, url in found
        ]


@cache
def _address(url_name: str) -> str:
    """Asked for every entry of every page; which pages there are does not change while the hub runs."""
    try:
        return reverse(url_name) if url_name else ""
    except NoReverseMatch:
        return ""


def _longest_match(path: str, urls: list[str]) -> str:
    """The menu address that ``path`` lies under; the front page only matches itself."""
    under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(under, key=len, default="")
