"""The packaged PostgreSQL and Valkey, started for real in a folder of their own."""

import os
import signal
from collections.abc import Iterator

import psycopg2
import pytest
import redis

from community.embedded import leftovers
from community.embedded.places import Places
from community.embedded.postgres import Postgres
from community.embedded.servers import PROJECT, throw_away_places
from community.embedded.supervisor import Supervisor
from community.embedded.valkey import Valkey


@pytest.fixture
def places() -> Iterator[Places]:
    with throw_away_places() as places:
        places.make()
        yield places


@pytest.fixture
def supervisor(places: Places) -> Iterator[Supervisor]:
    supervisor = Supervisor(places.log)
    yield supervisor
    for child in reversed(supervisor.children):
        supervisor.stop(child)


def test_a_killed_database_comes_back_with_all_that_was_committed(places: Places, supervisor: Supervisor) -> None:
    postgres = Postgres(places, PROJECT)
    supervisor.start(postgres)
    postgres.create_database()
    postgres.create_database()
    with psycopg2.connect(postgres.url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE wish AS SELECT '修路灯' AS title")
    connection.close()

    for pid in leftovers.standing_in(postgres.data):
        leftovers.send(pid, signal.SIGKILL)
    supervisor.children[0].stop()
    (postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n")  # the number went to another process
    supervisor.children[0].start()
    while not postgres.healthy():
        assert supervisor.children[0].running

    with psycopg2.connect(postgres.url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT title FROM wish")
        assert cursor.fetchall() == [("修路灯",)]
        cursor.execute("SHOW listen_addresses")
        assert cursor.fetchone() == ("",)
        cursor.execute("SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'mulin'")
        assert cursor.fetchone() == ("C.UTF-8", "UTF8")
    connection.close()


def test_what_a_killed_start_left_running_is_ended_before_the_next(places: Places, supervisor: Supervisor) -> None:
    first = Postgres(places, PROJECT, durable=False)
    supervisor.start(first)
    old = supervisor.children[0].process
    supervisor.start(Postgres(places, PROJECT, durable=False))
    assert old
    assert old.wait() == 0


def test_a_killed_valkey_comes_back_with_its_keys(places: Places, supervisor: Supervisor) -> None:
    valkey = Valkey(places)
    supervisor.start(valkey)
    with redis.Redis.from_url(valkey.url) as client:
        client.set("问候", "你好")
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    process = supervisor.children[0].process
    assert process
    process.kill()
    process.wait()

    supervisor.children[0].start()
    while not valkey.healthy():
        assert supervisor.children[0].running
    with redis.Redis.from_url(valkey.url) as client:
        assert client.get("问候") == "你好".encode()
