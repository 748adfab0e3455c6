"""``python -m tests.load.ledger --entries 200000``: how fast the ledger posts, beside the same transfer in bare SQL, and
what it costs to read and to verify when it holds so many entries. Fills a database of its own, kept for the next run."""

import argparse
import json
import os
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import django

RESULTS = Path(__file__).resolve().parent.parent.parent / "var" / "bench"
PARTS = ("single", "bulk", "reading", "verify")


def main() -> int:
    options = parsed()
    from tests.load.ledger_fill import prepared

    database = prepared(options.entries, fresh=options.fresh)
    os.environ |= {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "tests.load.settings"}
    django.setup()
    from tests.load import ledger_parts

    facts: dict[str, Any] = {"entries": options.entries, "cores": os.cpu_count()}
    for part in options.only.split(",") if options.only else PARTS:
        start = time.perf_counter()
        found = getattr(ledger_parts, part)(options)
        for name, value in found.items():
            say(f"{name:<44} {value:,.2f}" if isinstance(value, float) else f"{name:<44} {value:,}")
        say(f"    ({part} in {time.perf_counter() - start:.0f} s)")
        facts |= found
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"ledger-{datetime.now():%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(facts, indent=1))
    return 0


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the ledger.")
    parser.add_argument("--entries", type=int, default=200_000, help="in the ledger before anything is measured")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=8, help="of each measured stretch")
    parser.add_argument("--members", type=int, default=100_000, help="of the larger bulk posting")
    parser.add_argument("--only", default="", help=f"some of {','.join(PARTS)}")
    parser.add_argument("--fresh", action="store_true", help="fill anew")
    return parser.parse_args()


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
