"""The ground that tests stand on, copied once and put back as rows: what migrations planted, and a whole town."""

import io
import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Generic, TypeVar, cast

import time_machine
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

LONG_AGO = datetime(2020, 1, 1, 4, tzinfo=UTC)
Made = TypeVar("Made")
Rows = dict[type[Model], str]


def tables() -> list[type[Model]]:
    models = apps.get_models(include_auto_created=True)
    return [model for model in models if model._meta.managed and not model._meta.proxy]


def filled(models: Iterable[type[Model]]) -> list[type[Model]]:
    """Those that have a row, asked in one query."""
    asked = list(models)
    each = (f'SELECT {at} WHERE EXISTS (SELECT FROM "{model._meta.db_table}")' for at, model in enumerate(asked))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each))
        return [asked[at] for (at,) in sorted(cursor.fetchall())]


def _place(model: type[Model]) -> str:
    columns = ", ".join(f'"{field.column}"' for field in model._meta.local_concrete_fields if not field.generated)
    return f'"{model._meta.db_table}" ({columns})'


def rows_of(model: type[Model]) -> str:
    found = io.StringIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {_place(model)} TO STDOUT", found)
    return found.getvalue()


@contextmanager
def guards_asleep() -> Iterator[None]:
    """No trigger writes a row that is brought along anyway, nor keeps a row that is to go (append-only tables)."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


def put(rows: Rows) -> None:
    with guards_asleep(), connection.cursor() as cursor:
        for model, text in rows.items():
            cursor.copy_expert(f"COPY {_place(model)} FROM STDIN", io.StringIO(text))


def sweep_out(models: Iterable[type[Model]]) -> None:
    with guards_asleep(), connection.cursor() as cursor:
        for model in models:
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')


def may_send_guards_to_sleep() -> bool:
    """Only a superuser may send them to sleep; on another's server everything is built and flushed as Django does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser')")
        return bool(cursor.fetchone() == ("on",))


class Seed(Generic[Made]):
    """Something that was built once in an empty hub; each ``sow`` brings its rows and fresh objects back."""

    def __init__(self, build: Callable[[], Made]) -> None:
        with transaction.atomic(), time_machine.travel(LONG_AGO, tick=False):
            before = set(filled(tables()))
            self.objects = pickle.dumps(build())
            self.rows = {model: rows_of(model) for model in filled(tables()) if model not in before}
            transaction.set_rollback(True)

    def sow(self) -> Made:
        put(self.rows)
        return cast(Made, pickle.loads(self.objects))


class Planted:
    """What migrations left behind. ``restore`` does what Django's flush does, for a few milliseconds instead of a second:
    only tables with rows are emptied, and what is planted is brought back only where a test has changed it.
    """

    def __init__(self) -> None:
        self.rows = {model: rows_of(model) for model in filled(tables())}

    def restore(self) -> None:
        kept = {model for model, text in self.rows.items() if rows_of(model) == text}
        with transaction.atomic():
            sweep_out(model for model in filled(tables()) if model not in kept)
            put({model: text for model, text in self.rows.items() if model not in kept})
