"""``make test`` and ``make bench``: each step against packaged servers of its own."""

import os
import subprocess
import sys
import time
from pathlib import Path

from bootstrap.console import say
from community.embedded import postgres
from community.embedded.messages import compile_messages
from community.embedded.places import Places
from community.embedded.servers import PROJECT, start_servers, throw_away_places
from community.embedded.supervisor import Supervisor

BIN = Path(sys.executable).parent
STEPS: dict[str, list[str | Path]] = {
    "ruff check": [BIN / "ruff", "check", "--output-format=concise", "."],
    "ruff format": [BIN / "ruff", "format", "--check", "--output-format=concise", "."],
    "import layers": [BIN / "lint-imports"],
    "types": [BIN / "mypy", "."],
    "system check": [sys.executable, "manage.py", "check", "--fail-level=WARNING"],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
}
"""Before the tests; all of them run even when one fails."""
MIGRATE: list[str | Path] = [sys.executable, "manage.py", "migrate", "-v0"]
"""Beside those steps, which leave a core free: what each of pytest's workers then copies instead of migrating itself."""


def test(arguments: list[str]) -> int:
    """Everything that must hold; ``arguments`` go to pytest. Returns 1 when any step failed."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "community.settings.test"
    compile_messages(PROJECT / "locale")
    pytest: list[str | Path] = [sys.executable, "-m", "pytest", "-n2", "--dist=worksteal", *arguments]
    ours = not os.environ.get("DATABASE_URL")
    with throw_away_places() as places, Supervisor(places.log) as supervisor:
        start_servers(supervisor, places, durable=False)
        migrating = started(MIGRATE) if ours else None
        failed = [name for name, command in STEPS.items() if not step(supervisor, name, started(command))]
        if migrating and step(supervisor, "test database", migrating):
            os.environ["TEST_TEMPLATE"] = postgres.NAME
        failed += [] if step(supervisor, "pytest", started(pytest)) else ["pytest"]
    if failed:
        say(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    """The load harness against durable servers with data of their own, kept in ``var/bench`` between runs."""
    places = Places(PROJECT / "var" / "bench")
    with Supervisor(places.log) as supervisor:
        start_servers(supervisor, places)
        command: list[str | Path] = [sys.executable, "-m", "tests.load", *arguments]
        return 0 if step(supervisor, "benchmarks", started(command)) else 1


def started(command: list[str | Path]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, start_new_session=True)


def step(supervisor: Supervisor, name: str, process: "subprocess.Popen[bytes]") -> bool:
    """Wait for one step, whose output is on our console; whether it succeeded."""
    say(f"==> {name}")
    since = time.monotonic()
    with process:
        try:
            while process.poll() is None:
                supervisor.pause()
        finally:
            process.terminate()
    say(f"    {'ok' if process.returncode == 0 else 'FAILED'} in {time.monotonic() - since:.0f} s")
    return process.returncode == 0
