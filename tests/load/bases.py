"""One database per size on the server that DATABASE_URL names, filled once and kept for the next run."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

VERSION = 2  # raise it when the fill changes
PEOPLE = f"bench_people_{VERSION}"
SETTINGS = "tests.load.settings"


def address_of(name: str) -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def environment(name: str, **more: str) -> dict[str, str]:
    """For programs that work on this database."""
    return os.environ | {"DATABASE_URL": address_of(name), "DJANGO_SETTINGS_MODULE": SETTINGS} | more


def prepared(count: int, yearly: int | None = None, *, fresh: bool = False) -> str:
    """The name of the database with ``count`` cases; filled now if it is not there (or ``fresh``)."""
    numbers = [str(count), *([str(yearly)] if yearly else [])]
    name = "_".join(["bench", *numbers, str(VERSION)])
    if fresh:
        _drop(name, PEOPLE)
    if not _exists(PEOPLE):
        _filled(PEOPLE, "template1", "people")
    if not _exists(name):
        _filled(name, PEOPLE, *numbers)
    return name


def _filled(name: str, template: str, *what: str) -> None:
    """Fill under another name, so that an interrupted fill is never taken for a whole one."""
    draft = f"{name}_draft"
    _drop(draft)
    _administer("CREATE DATABASE {} TEMPLATE {}", draft, template)
    subprocess.run([sys.executable, "-m", "tests.load.fill", *what], env=environment(draft), check=True)
    _administer("ALTER DATABASE {} RENAME TO {}", draft, name)


def _drop(*names: str) -> None:
    for name in names:
        _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _exists(name: str) -> bool:
    with psycopg2.connect(address_of("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def _administer(statement: str, *names: str) -> None:
    connection = psycopg2.connect(address_of("postgres"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
    finally:
        connection.close()
