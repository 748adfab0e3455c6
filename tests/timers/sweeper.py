"""One worker of the chaos test: ``python -m tests.timers.sweeper NOW [FREEZE_AFTER]``.

It says “ready”, waits for a line, and sweeps in two threads (a doubled beat) until nothing is due. Told to, it stops dead
inside its n-th firing, with the effects written and not committed, says “frozen” and waits to be killed.
"""

import sys
from datetime import datetime
from threading import Event, Lock, Thread

import django
from django.db import connection


class Freeze:
    """A listener that never returns from the ``after``-th firing of this process."""

    def __init__(self, after: int) -> None:
        self.left = after
        self.lock = Lock()

    def __call__(self, firing: object) -> None:
        with self.lock:
            self.left -= 1
            if self.left == 0:
                sys.stdout.write("frozen\n")
                sys.stdout.flush()
        if self.left <= 0:
            Event().wait()


def sweep_until_done(now: datetime) -> None:
    from community.timers.models import Deadline
    from community.timers.sweep import sweep

    while Deadline.objects.due(now).exists():
        sweep(now)
    connection.close()


def main(now: datetime, freeze_after: int) -> None:
    django.setup()
    from community.timers.sweep import listeners

    if freeze_after:
        listeners.append(Freeze(freeze_after))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    beats = [Thread(target=sweep_until_done, args=[now], daemon=True) for _ in range(2)]
    for beat in beats:
        beat.start()
    for beat in beats:
        beat.join()


if __name__ == "__main__":
    main(datetime.fromisoformat(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
