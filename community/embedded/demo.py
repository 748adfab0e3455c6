"""``make demo``: servers, preparation, web, worker and beat under one supervisor."""

import errno
import fcntl
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bootstrap.failures import Failure, explain_os_error
from community.embedded import programs
from community.embedded.places import Places
from community.embedded.servers import PROJECT, start_servers
from community.embedded.supervisor import Supervisor

PORT_PATIENCE = 3.0
"""Seconds a port may still be held by the web server of a start that was just killed."""


def demo() -> None:
    """Runs until it is told to stop."""
    places = Places(PROJECT / "var")
    port = chosen_port()
    with only_one(places, port), Supervisor(places.log) as supervisor:
        require_free(port)
        kept = start_servers(supervisor, places)
        prepare(supervisor)
        for program in (programs.web(port), programs.worker(), programs.beat()):
            supervisor.start(program)
        supervisor.say(welcome(places, port, kept))
        supervisor.watch()


def chosen_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Failure(f"PORT={text} is no port: choose a number from 1024 to 65535.")
    return int(text)


def require_free(port: int) -> None:
    """Raises Failure when another program listens on the port or we may not."""
    deadline = time.monotonic() + PORT_PATIENCE
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise Failure(f"Port {port} may not be used ({error.strerror}): try PORT=8001 make demo.") from None
        if time.monotonic() > deadline:
            raise Failure(f"Port {port} is taken by another program: choose another, as in PORT={port + 1} make demo.")
        time.sleep(0.1)


@contextmanager
def only_one(places: Places, port: int) -> Iterator[None]:
    """Holds the folder's lock, which the kernel releases however this process ends."""
    places.data.mkdir(exist_ok=True)
    with (places.data / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Failure(f"The demonstration already runs in this folder ({lock.read().strip()}).") from None
        except OSError as error:
            raise Failure(explain_os_error(error)) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, http://127.0.0.1:{port}/\n")
        lock.flush()
        yield


def prepare(supervisor: Supervisor) -> None:
    """Run the preparation in a process of its own, its progress on our console."""
    command = [sys.executable, "-m", "community.embedded", "prepare"]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            while process.poll() is None:
                supervisor.pause()
        finally:
            process.terminate()
    if process.returncode:
        raise Failure("The preparation failed, see above; what was done before it is kept.")


def welcome(places: Places, port: int, kept: list[str]) -> str:
    accounts = places.data / "accounts.txt"
    lines = ["The hub is running.", "", f"    Address     http://127.0.0.1:{port}/"]
    lines += [f"    {line}" for line in kept]
    lines += [f"    Files       {places.data / 'media'}", f"    Logs        {places.log}", ""]
    if accounts.exists():
        lines += [f"    {line}".rstrip() for line in accounts.read_text().splitlines()] + [""]
    return "\n".join([*lines, "    Ctrl-C stops everything; the data stays.", ""])
