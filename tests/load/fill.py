"""Fills the database that DATABASE_URL names: ``python -m tests.load.fill people`` or ``… fill 100000 [333333 a year]``."""

import sys
import time

import django
from django.core.management import call_command
from django.db import connection

BARE = "CREATE TABLE bench_bare (id bigserial PRIMARY KEY, text varchar(100) NOT NULL, made_at timestamptz NOT NULL)"


def people() -> None:
    from tests.load.population import build

    call_command("migrate", verbosity=0)
    build()
    with connection.cursor() as cursor:
        cursor.execute(BARE)


def history(count: int, yearly: int | None = None) -> None:
    from tests.load.history import History

    timed("history", History(count, yearly=yearly).write)
    timed("analysis", vacuum)
    timed("statistics", lambda: call_command("rebuild_statistics", verbosity=0))
    timed("vacuum", vacuum)


def vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def timed(name: str, action: object) -> None:
    started = time.monotonic()
    action()  # type: ignore[operator]
    sys.stderr.write(f"    {name} in {time.monotonic() - started:.1f} s\n")


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "people":
        people()
    else:
        history(*map(int, sys.argv[1:]))
