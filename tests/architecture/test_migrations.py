"""Migrations run on data, forwards: a hub that landed earlier comes up to date and keeps what it knows."""

import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg2
import pytest
from psycopg2 import sql


@pytest.fixture
def empty_database() -> Iterator[str]:
    """The address of a database beside the others."""
    address = urlsplit(os.environ["DATABASE_URL"])
    name = sql.Identifier(f"old_hub_{os.getpid()}")
    server = psycopg2.connect(address.geturl())
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield address._replace(path=f"/{name.string}").geturl()
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
    server.close()


def test_a_hub_of_the_first_day_comes_up_to_date_with_its_data(empty_database: str) -> None:
    command = [sys.executable, "-m", "tests.architecture.old_hub"]
    environment = os.environ | {"DATABASE_URL": empty_database}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
