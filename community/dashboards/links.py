"""Every figure leads to its rows: the addresses of the lists, with the filters that the figure counted by."""

from functools import cache
from typing import Any
from urllib.parse import quote_plus

from django.urls import reverse


def to(name: str, **filters: Any) -> str:
    """The address of a list; filters that are None or empty are left out."""
    query = "&".join(f"{key}={quote_plus(str(value))}" for key, value in filters.items() if value not in (None, ""))
    return f"{_path(name)}?{query}" if query else _path(name)


@cache
def _path(name: str) -> str:
    """A dashboard links hundreds of figures to a handful of lists."""
    return reverse(name)


def incidents(**filters: Any) -> str:
    return to("grids:incidents", **filters)


def wishes(**filters: Any) -> str:
    return to("wishes:desk", **filters)


def tickets(**filters: Any) -> str:
    return to("grids:hotline", **filters)


def patrols(**filters: Any) -> str:
    return to("grids:patrols", **filters)


def seats(**filters: Any) -> str:
    return to("grids:seats", **filters)


def inbox(**filters: Any) -> str:
    return to("dashboards:inbox", **filters)


def desk(**filters: Any) -> str:
    return to("dashboards:secretary", **filters)
