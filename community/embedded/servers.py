"""The packaged servers that a run needs: those that the environment does not name."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from community.embedded.places import Places
from community.embedded.postgres import Postgres
from community.embedded.supervisor import Supervisor
from community.embedded.valkey import Valkey

PROJECT = Path(__file__).resolve().parent.parent.parent


def start_servers(supervisor: Supervisor, places: Places, durable: bool = True) -> list[str]:
    """
    Start PostgreSQL unless DATABASE_URL is set and Valkey unless REDIS_URL is, and set both for what is started after.

    Returns the lines that say where the data lives.
    """
    lines = []
    places.make()
    if not os.environ.get("DATABASE_URL"):
        postgres = Postgres(places, PROJECT, durable)
        supervisor.start(postgres)
        postgres.create_database()
        os.environ["DATABASE_URL"] = postgres.url
        lines.append(f"PostgreSQL  {postgres.data}")
    if not os.environ.get("REDIS_URL"):
        valkey = Valkey(places, durable)
        supervisor.start(valkey)
        os.environ["REDIS_URL"] = valkey.url
        lines.append(f"Valkey      {valkey.data}")
    return lines


@contextmanager
def throw_away_places() -> Iterator[Places]:
    """Places below ``var/`` for one test run, gone after it; open to the account that PostgreSQL may run as."""
    (PROJECT / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="test-", dir=PROJECT / "var", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Places(Path(folder))
