"""Keyset pages: page 20,000 is as fast as page one, and nothing is counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL
from django.http import QueryDict

from community.core import asked

SIZE = 20


@dataclass(frozen=True)
class Page:
    """Rows newest first, with the query strings of the pages beside it (empty where there is none)."""

    rows: list[Any]
    next: str
    previous: str


def newest_first(rows: "QuerySet[Any]", query: Mapping[str, Any], size: int = SIZE, *, scattered: bool = False) -> Page:
    """One page of ``rows`` by falling id. ``?older=ID`` and ``?newer=ID`` continue from a row; one query.

    ``scattered`` says that what is asked for lies far apart in that order, as what is overdue does: many rows are sorted
    to show a few, so their keys are found first and only the page's own are joined with the rest; two queries.
    """
    read = _keys_first if scattered else _at_once
    older, newer = asked.number(query.get("older")), asked.number(query.get("newer"))
    if newer is not None:
        found = read(_beyond(rows, ">", newer).order_by("pk"), size + 1)
        more_newer, found = len(found) > size, found[:size][::-1]
        return _page(found, query, more_older=bool(found), more_newer=more_newer)
    if older is not None:
        rows = _beyond(rows, "<", older)
    found = read(rows.order_by("-pk"), size + 1)
    return _page(found[:size], query, more_older=len(found) > size, more_newer=older is not None and bool(found))


def _at_once(rows: "QuerySet[Any]", most: int) -> list[Any]:
    return list(rows[:most])


def _keys_first(rows: "QuerySet[Any]", most: int) -> list[Any]:
    keys = list(rows.select_related(None).values_list("pk", flat=True)[:most])
    chosen = rows.all()
    chosen.query.clear_where()  # told of both, PostgreSQL may walk all that is overdue a second time
    return list(chosen.filter(pk__in=keys))


def _beyond(rows: "QuerySet[Any]", sign: str, key: int) -> "QuerySet[Any]":
    """Rows on one side of a key, said of every table of a kind that extends the spine.

    PostgreSQL carries an equality through a join but not an inequality: told of the kind's own key alone, it would walk
    the spine from its end to page 10,000.
    """
    for model in {rows.model, *rows.model._meta.concrete_model._meta.get_parent_list()}:
        column = f'"{model._meta.db_table}"."{model._meta.pk.column}"'
        rows = rows.filter(RawSQL(f"{column} {sign} %s", [key], BooleanField()))  # noqa: S611 - no input in it
    return rows


def _page(rows: list[Any], query: Mapping[str, Any], *, more_older: bool, more_newer: bool) -> Page:
    return Page(
        rows,
        _with(query, older=rows[-1].pk) if rows and more_older else "",
        _with(query, newer=rows[0].pk) if rows and more_newer else "",
    )


def _with(query: Mapping[str, Any], **changed: Any) -> str:
    kept = query.copy() if isinstance(query, QueryDict) else QueryDict(mutable=True)
    for name in ("older", "newer"):
        kept.pop(name, None)
    for name, value in changed.items():
        kept[name] = str(value)
    return f"?{kept.urlencode()}"
