"""Rows for COPY, made from a model's own columns and defaults, so that a new column does not break the harness."""

from collections.abc import Callable
from datetime import date, datetime
from io import StringIO
from typing import Any

from django.db import connection, models

NULL = r"\N"
BATCH = 20_000


def as_text(value: Any) -> str:
    """One value in COPY's text format. The texts given to it hold no tab, newline or backslash."""
    if value is None:
        return NULL
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


class Table:
    """Collects rows of one table and writes them in batches."""

    def __init__(self, model: type[models.Model]) -> None:
        fields = model._meta.local_concrete_fields
        self.name = model._meta.db_table
        self.columns = [field.column for field in fields]
        self._at = {field.attname: n for n, field in enumerate(fields)}
        self._blank = [as_text(field.get_default()) if not field.primary_key else NULL for field in fields]
        self._buffer, self._held, self.written = StringIO(), 0, 0

    def add(self, **values: Any) -> None:
        row = list(self._blank)
        for name, value in values.items():
            row[self._at[name]] = as_text(value)
        self._buffer.write("\t".join(row))
        self._buffer.write("\n")
        self._held += 1
        if self._held >= BATCH:
            self.flush()

    def flush(self) -> None:
        if not self._held:
            return
        self._buffer.seek(0)
        columns = ", ".join(f'"{column}"' for column in self.columns)
        with connection.cursor() as cursor:
            cursor.copy_expert(f'COPY "{self.name}" ({columns}) FROM STDIN', self._buffer)
        self.written += self._held
        self._buffer, self._held = StringIO(), 0


class Tables:
    """The tables of one fill; without checks of foreign keys where the database lets us."""

    def __init__(self, **tables: type[models.Model]) -> None:
        self.tables = {name: Table(model) for name, model in tables.items()}

    def __getattr__(self, name: str) -> Callable[..., None]:
        return self.tables[name].add

    def flush(self) -> None:
        for table in self.tables.values():
            table.flush()

    def set_sequences(self) -> None:
        with connection.cursor() as cursor:
            for table in self.tables.values():
                cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table.name, table.columns[0]])
                (sequence,) = cursor.fetchone()
                if sequence and table.columns[0] == "id":
                    cursor.execute(f'SELECT setval(%s, (SELECT coalesce(max(id), 1) FROM "{table.name}"))', [sequence])


def without_triggers() -> None:
    """Until the transaction ends: keys that are right by construction need no look-up each. Needs a superuser."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")
