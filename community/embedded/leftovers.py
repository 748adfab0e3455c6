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
    """Ask all processes of ``folder`` to end and wait for it; raises Failure when one cannot be ended."""
    for ask in (stop, signal.SIGKILL):
        remaining = standing_in(folder)
        for pid in remaining:
            send(pid, ask)
        deadline = time.monotonic() + PATIENCE
        while remaining and time.monotonic() < deadline:
            time.sleep(0.05)
            remaining = standing_in(folder)
        if not remaining:
            return
    raise Failure(f"Process {remaining[0]} still uses {folder} and does not end: end it and start again.")


def send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
    except PermissionError:
        raise Failure(f"Process {pid} of another user works in this folder: start this as that user.") from None
