"""Progress on the console, and running other programs with theirs."""

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bootstrap.failures import Failure, explain


def say(text: str) -> None:
    """One line of progress, visible at once also through a pipe."""
    print(text, flush=True)


def run(
    command: Sequence[str | Path],
    doing: str,
    log: Path,
    show: Callable[[str], str | None] = lambda line: line,
    cwd: Path | None = None,
) -> None:
    """
    Run a program, showing those of its lines that ``show`` keeps and keeping all of them in ``log``.

    Raises Failure with one sentence when the program fails.
    """
    started, lines = time.monotonic(), []
    say(f"==> {doing}")
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("a", encoding="utf-8") as record,
        subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            cwd=cwd,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        ) as process,
    ):
        for line in process.stdout or ():
            record.write(line)
            lines.append(line)
            if shown := show(line.rstrip()):
                say(f"    {shown}")
    if process.returncode:
        raise Failure(explain("".join(lines)) or f"{doing}: failed; the whole output is in {log}.")
    say(f"    {doing}: done in {time.monotonic() - started:.0f} s")


def together(*steps: Callable[[], None]) -> None:
    """Run steps side by side; what a failing one raised is raised when all have ended."""
    with ThreadPoolExecutor(len(steps)) as pool:
        for running in [pool.submit(step) for step in steps]:
            running.result()
