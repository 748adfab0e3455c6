"""One supervised program: started, watched, restarted with growing pauses, stopped."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before the first, second … restart in a row."""

STEADY = 60.0
"""Seconds of running after which a program counts as well again."""

LARGEST_LOG = 20 * 1024**2
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


class Server(Protocol):
    """What the supervisor runs; ``prepare`` is called before every start."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def stop_signal(self) -> signal.Signals: ...

    @property
    def stop_seconds(self) -> float: ...

    @property
    def command(self) -> list[str]: ...

    @property
    def process_options(self) -> dict[str, object]: ...

    def prepare(self) -> None: ...

    def healthy(self) -> bool: ...


@dataclass
class Child:
    """A server's process and its history."""

    server: Server
    log: Path
    clock: Callable[[], float] = time.monotonic
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started: float = 0.0
    due: float | None = field(default=None)
    """When to start it again, on ``clock``; None while it runs."""

    def start(self) -> None:
        self.server.prepare()
        with self.open_log() as log:
            self.process = subprocess.Popen(  # type: ignore[call-overload]
                self.server.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=self.die_with_parent,
                **self.server.process_options,
            )
        self.started, self.due = self.clock(), None

    def open_log(self) -> BinaryIO:
        """The log, appended to; the one before is kept as ``.1`` when it has grown large."""
        path = self.log / f"{self.server.name}.log"
        if path.exists() and path.stat().st_size > LARGEST_LOG:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab")

    def die_with_parent(self) -> None:
        """Runs in the child: should the supervisor be killed, the kernel asks its children to stop."""
        LIBC.prctl(PR_SET_PDEATHSIG, int(self.server.stop_signal), 0, 0, 0)

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ended(self) -> str | None:
        """Words for how the process ended, once: the restart is then due after a pause. None while nothing changed."""
        if self.process is None or self.process.poll() is None:
            return None
        status, self.process = self.process.returncode, None
        self.failures = 0 if self.clock() - self.started > STEADY else self.failures
        self.postpone()
        return f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"

    def postpone(self) -> None:
        """Let the next start be due after a pause that grows with each failure in a row."""
        self.due = self.clock() + PAUSES[min(self.failures, len(PAUSES) - 1)]
        self.failures += 1

    def ask_to_stop(self) -> None:
        if self.process and self.running:
            self.process.send_signal(self.server.stop_signal)

    def stop(self) -> bool:
        """Stop it and wait; False when it had to be killed."""
        if not self.process or not self.running:
            return True
        self.ask_to_stop()
        try:
            self.process.wait(self.server.stop_seconds)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            return False
        return True
