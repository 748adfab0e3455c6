"""Seals or verifies the ledger in a process of its own: prints seconds, peak memory in MB and how many rows it saw."""

import resource
import sys
import time

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
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{time.perf_counter() - start} {peak} {count}\n")


def tell(done: int, total: int) -> None:
    sys.stderr.write(f"\r    verified {done / total if total else 1:.0%}")


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1])
