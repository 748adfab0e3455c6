"""Thousands of rows of one table in one statement, handed over column by column.

A row of placeholders each, as ``bulk_create`` writes them, costs more in building and reading the statement than in
writing the rows. Here each column is one array, and a column that is the same in every row is one value. For columns of
numbers, truth, moments, days and texts, whose values are already what the database takes."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection
from django.db.models import CharField, Field, Model

M = TypeVar("M", bound=Model)


def insert(rows: Sequence[Model]) -> None:
    """Insert unsaved rows of one model; their keys are not read back."""
    if rows:
        _insert(rows, [field for field in _fields(rows[0]) if not field.primary_key], "")


def insert_where_free(rows: Sequence[M]) -> list[M]:
    """Insert rows, in their order, except where a unique or exclusion constraint is in the way; returns those that
    stand now, with their keys. Whoever runs at the same time is waited for, and then passed over alike."""
    if not rows:
        return []
    for row, pk in zip(rows, _keys(rows[0], len(rows)), strict=True):
        row.pk = pk
    stand = {pk for (pk,) in _insert(rows, _fields(rows[0]), " ON CONFLICT DO NOTHING RETURNING id")}
    for row in rows:
        row._state.adding = row.pk not in stand
    return [row for row in rows if row.pk in stand]


def update(rows: Sequence[Model], names: Iterable[str]) -> None:
    """Write these columns of rows that stand."""
    if not rows:
        return
    fields = [rows[0]._meta.get_field(name) for name in names]
    source, values = _source(rows, [rows[0]._meta.pk, *fields])  # type: ignore[list-item]
    new = ", ".join(f'"{field.column}" = new."{field.column}"' for field in fields)  # type: ignore[union-attr]
    # Names of tables and columns alone are put in; what they hold is bound.
    _run(f'UPDATE "{rows[0]._meta.db_table}" AS old SET {new} FROM ({source}) AS new WHERE old.id = new.id', values)  # noqa: S608


def _insert(rows: Sequence[Model], fields: Sequence["Field[Any, Any]"], ending: str) -> list[tuple[Any, ...]]:
    source, values = _source(rows, fields)
    names = ", ".join(f'"{field.column}"' for field in fields)
    return _run(f'INSERT INTO "{rows[0]._meta.db_table}" ({names}) {source}{ending}', values)


def _source(rows: Sequence[Model], fields: Sequence["Field[Any, Any]"]) -> tuple[str, list[str | None]]:
    """A SELECT of the rows, and what to bind to it. The first column is always an array: it says how many rows."""
    columns = {field.column: [getattr(row, field.attname) for row in rows] for field in fields}
    types = {field.column: _type(field) for field in fields}
    first = fields[0].column
    arrays = [name for name, column in columns.items() if name == first or len(set(column)) > 1]
    taken = ", ".join(f'row."{name}"' if name in arrays else f'%s::{types[name]} AS "{name}"' for name in columns)
    values = [_text(column[0]) for name, column in columns.items() if name not in arrays]
    values += [_array(columns[name]) for name in arrays]
    unnested = ", ".join(f"%s::{types[name]}[]" for name in arrays)
    names = ", ".join(f'"{name}"' for name in arrays)
    return f"SELECT {taken} FROM unnest({unnested}) AS row ({names})", values  # noqa: S608


def _array(column: Sequence[Any]) -> str:
    return "{" + ",".join("NULL" if value is None else _element(value) for value in column) + "}"


def _element(value: Any) -> str:
    if isinstance(value, str):
        escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return _text(value) or ""


def _text(value: Any) -> str | None:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return None if value is None else str(value)


def _fields(row: Model) -> "list[Field[Any, Any]]":
    return list(row._meta.concrete_fields)


def _type(field: "Field[Any, Any]") -> str:
    """Of a text without its length: a cast would cut what is too long, where the column refuses it."""
    kind = field.rel_db_type(connection) if field.is_relation else field.db_type(connection)
    return "text" if isinstance(field, CharField) else str(kind)


def _keys(row: Model, count: int) -> list[int]:
    sequence = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
    return [pk for (pk,) in _run(sequence, [row._meta.db_table, count])]


def _run(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []
