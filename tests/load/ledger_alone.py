"""Seals or verifies the ledger in a process of its own: prints seconds, peak memory in MB and how many rows it saw."""

import sys
import time
from pathlib import Path

import django
from django.utils import timezone


def main(what: str) -> None:
    from points import sealing
    from points.verification import Walk, faults

    start = time.perf_counter()
    if what == "seal":
        count = sealing.seal_due(timezone.now())
    else:
        walk = Walk(tell=tell)
        found = list(faults(walk))
        if found:
            raise RuntimeError(f"{len(found)} faults: {found[:5]}")
        count = walk.lines
    sys.stdout.write(f"{time.perf_counter() - start} {peak()} {count}\n")


def peak() -> float:
    """Of this program alone: the usual figure of the system remembers the one that started it."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def tell(done: int, total: int) -> None:
    sys.stderr.write(f"\r    verified {done / total if total else 1:.0%}")


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1])
