"""``make bench ARGS="--sizes 1000,100000 --seconds 8 --only board"``."""

import argparse
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.load.bases import environment, prepared
from tests.load.report import Line, summed_up, table
from tests.load.server import Memory, cores, serving

RESULTS = Path(__file__).resolve().parent.parent.parent / "var" / "bench"


def main() -> int:
    options = parsed()
    lines: list[Line] = []
    for size in options.sizes:
        say(f"==> {size:,} cases")
        database = prepared(size, options.yearly, fresh=options.fresh)
        if not options.fill_only:
            lines += measured(size, database, options)
    if lines:
        say(table(lines))
        kept(lines, options)
    return 1 if any(line.wrong for line in lines) else 0


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description="Measure the hub at several sizes.")
    parser.add_argument("--sizes", type=lambda text: [int(one) for one in text.split(",")], default=[1000, 100_000])
    parser.add_argument(
        "--yearly", type=int, help="cases a year, so that a larger size is a longer history of the same hub"
    )
    parser.add_argument("--workers", type=int, default=2, help="gunicorn processes")
    parser.add_argument("--threads", type=int, default=1, help="threads of each; one is gunicorn's own way")
    parser.add_argument("--concurrency", type=int, default=8, help="requests under way at once")
    parser.add_argument("--seconds", type=float, default=8, help="per workload, after a warm-up")
    parser.add_argument("--only", default="", help="part of the names of the workloads to run")
    parser.add_argument("--port", type=int, default=8190)
    parser.add_argument("--fresh", action="store_true", help="fill the databases anew")
    parser.add_argument("--fill-only", action="store_true", help="fill and measure nothing")
    return parser.parse_args()


def measured(size: int, database: str, options: argparse.Namespace) -> list[Line]:
    command = [sys.executable, "-m", "tests.load.scripts"]
    scripts = json.loads(subprocess.run(command, env=environment(database), stdout=subprocess.PIPE, check=True).stdout)
    lines = []
    with serving(database, options.port, options.workers, options.threads) as memory:
        for name, requests in scripts.items():
            if options.only in name:
                lines.append(run(name, requests, size, memory, options))
                say(f"    {lines[-1]}")
    return lines


def run(name: str, requests: list[Any], size: int, memory: Memory, options: argparse.Namespace) -> Line:
    memory.forget()
    command = [sys.executable, "-m", "tests.load.client", options.port, options.concurrency, options.seconds]
    client = subprocess.run(
        [str(part) for part in command], input=json.dumps(requests).encode(), stdout=subprocess.PIPE, check=True
    )
    return summed_up(name, size, json.loads(client.stdout), memory)


def kept(lines: list[Line], options: argparse.Namespace) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{datetime.now():%Y%m%d-%H%M%S}.json"
    facts = {
        "cores": cores(),
        "workers": options.workers,
        "threads": options.threads,
        "concurrency": options.concurrency,
    }
    path.write_text(json.dumps(facts | {"lines": [line._asdict() for line in lines]}, ensure_ascii=False, indent=1))
    say(f"Kept in {path}")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
