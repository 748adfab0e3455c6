"""The real server under load, and how much memory it and the database take."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from tests.load.bases import environment

PATIENCE = 60.0
TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(database: str, port: int, workers: int, threads: int) -> "Iterator[Memory]":
    """gunicorn with ``workers`` processes on the loopback address, as ``make demo`` runs it."""
    command = [sys.executable, "-m", "gunicorn", "tests.load.wsgi", f"--bind=127.0.0.1:{port}", f"--workers={workers}"]
    command += [f"--threads={threads}", "--keep-alive=30", "--log-level=warning", "--no-control-socket"]
    process = subprocess.Popen(command, env=environment(database, MULIN_COUNT_QUERIES="1"))
    memory = Memory(process.pid, database)
    try:
        wait_for(port, process)
        with memory.watched():
            yield memory
    finally:
        process.terminate()
        process.wait(30)


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Until the server answers. Raises RuntimeError when it ends or stays silent."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/offline/")
            if connection.getresponse().status < 500:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise RuntimeError("the server does not answer")


class Memory:
    """Peaks, in MB, of the web workers and of the database's processes for this database; shared pages count once."""

    def __init__(self, master: int, database: str) -> None:
        self.master, self.database = master, database
        self.web = self.postgres = 0.0
        self.used: dict[str, int] = {}
        self.before: dict[str, int] = {}

    def forget(self) -> None:
        self.web = self.postgres = 0.0
        self.look()
        self.before = dict(self.used)

    @property
    def cpu(self) -> float:
        """Milliseconds of processor time that web and database have used since ``forget``."""
        self.look()
        return sum(used - self.before.get(pid, 0) for pid, used in self.used.items()) * 1000 / TICKS

    @contextmanager
    def watched(self) -> Iterator[None]:
        done = Event()

        def watch() -> None:
            while not done.wait(0.5):
                self.look()

        thread = Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def look(self) -> None:
        web = postgres = 0.0
        for folder in Path("/proc").iterdir():
            if not folder.name.isdecimal():
                continue
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                if command.startswith("postgres:") and f" {self.database} " in command:
                    postgres += proportional(folder)
                elif int(folder.name) == self.master or parent(folder) == self.master:
                    web += proportional(folder)
                else:
                    continue
                self.used[folder.name] = sum(map(int, fields(folder)[11:13]))
            except (OSError, ValueError):
                continue
        self.web, self.postgres = max(self.web, web), max(self.postgres, postgres)


def fields(folder: Path) -> list[str]:
    """What stands in ``/proc/PID/stat`` after the name: state, parent, … user and system time in ticks."""
    return (folder / "stat").read_text().rpartition(")")[2].split()


def parent(folder: Path) -> int:
    return int(fields(folder)[1])


def proportional(folder: Path) -> float:
    """MB, every shared page divided among those who share it."""
    for line in (folder / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def cores() -> int:
    return len(os.sched_getaffinity(0))
