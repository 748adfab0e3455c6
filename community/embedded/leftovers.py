"""Servers left over from a start that was killed, found by the data folder they stand in."""

import os
import signal
import time
from pathlib import Path

from bootstrap.failures import Failure

PATIENCE = 20.0
"""Seconds that left-over servers get to end before they are killed, and once more after it."""


def standing_in(folder: Path) -> list[int]:
    """
    The processes whose working directory is ``folder``.

    PostgreSQL and Valkey both stand in their data folder, so this holds where a pid file lies (after kill -9 its number
    may have gone to another process).
    """
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "cwd").readlink() == folder:
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def end(folder: Path, stop: signal.Signals) -> None:
    """
    Ask the servers of ``folder`` to end and wait for it; raises Failure when one cannot be ended.

    Only a server itself is asked, not its children: to PostgreSQL's checkpointer the same signal means something else, and
    the server takes its early end for a crash.
    """
    for ask in (stop, signal.SIGKILL):
        remaining = standing_in(folder)
        for pid in heads(remaining) if ask is stop else remaining:
            send(pid, ask)
        deadline = time.monotonic() + PATIENCE
        while remaining and time.monotonic() < deadline:
            time.sleep(0.05)
            remaining = standing_in(folder)
        if not remaining:
            return
    raise Failure(f"Process {remaining[0]} still uses {folder} and does not end: end it and start again.")


def heads(pids: list[int]) -> list[int]:
    """Those of ``pids`` whose parent is not among them."""
    return [pid for pid in pids if parent(pid) not in pids]


def parent(pid: int) -> int | None:
    """The parent's number, None once the process is gone."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return int(status.rpartition(")")[2].split()[1])  # the name before it may hold brackets and spaces


def send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
    except PermissionError:
        raise Failure(f"Process {pid} of another user works in this folder: start this as that user.") from None
