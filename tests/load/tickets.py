"""``python -m tests.load.tickets --tickets 10000``: how long an export of so many tickets takes to import, and how much
memory. Runs in the configured, migrated database and takes everything back at the end."""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import django

ESTATES = ("毕家洼小区", "怡园小区", "四院宿舍", "北村小区")
HEAD = (
    "工单编号", "来电时间", "诉求类型", "诉求标题", "诉求内容", "地址", "来电人", "联系电话", "承办单位", "办理时限",
    "办结时间", "回访结果", "满意度",
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the import of hotline tickets.")
    parser.add_argument("--tickets", type=int, default=10_000)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.test")
    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "工单.xlsx", options.tickets)
        say(f"{options.tickets:,} tickets, {path.stat().st_size / 1024**2:.1f} MB of workbook")
        measure(path, Path(folder))
    return 0


def written(path: Path, count: int) -> Path:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet("工单")
    page.append(HEAD)
    for n in range(count):
        page.append(a_row(n))
    book.save(path)
    return path


def a_row(n: int) -> list[str | None]:
    """Nine of ten are done, most of those followed up; addresses as callers say them."""
    month, day = 1 + n % 6, 1 + n // 6 % 28
    done = f"2025-{month:02d}-{day:02d} 20:30" if n % 10 else None
    rated = done is not None and n % 7 != 0
    address = f"{ESTATES[n % 4]}{1 + n % 39}号楼{1 + n % 3}单元"
    return [
        f"JN2025{n:011d}", f"2025-{month:02d}-{day:02d} 08:15", "求助", f"类别{n % 24}", f"{address}楼道灯坏了半个月。" * 2,
        address, "熊小雨", f"199{n:08d}", "毕家洼西区社区", "5个工作日", done, "已解决" if rated else None,
        "满意" if rated else None,
    ]  # fmt: skip


def write(run: Any) -> None:
    run.order(mode="good_rows", by=None).apply()


def measure(path: Path, folder: Path) -> None:
    """Check and import, each with its time, then the same file again; the peak is that of the whole process."""
    from django.db import transaction
    from django.test import override_settings

    from community.imports.models import ImportRun

    with override_settings(MEDIA_ROOT=folder), transaction.atomic():
        community = place()
        for name in ("first import", "the same again"):
            run = timed(
                f"{name}: check", lambda: ImportRun.receive(
                    path.open("rb"), name=path.name, community=community, by=None, profile="hotline"
                ).examine()
            )  # fmt: skip
            timed(f"{name}: write", partial(write, run))
            say(f"    {run.summary[0]['new']:,} new, {run.summary[0]['unchanged']:,} unchanged, {run.errors} errors")
            say(f"    peak memory {peak():.0f} MB")
        transaction.set_rollback(True)


def place() -> Any:
    from community.directory.models import Building, Community, Estate, Grid, Street

    street = Street.objects.create(code="999999999", name="压测街道")
    community = Community.objects.create(street=street, code="999999999999", name="压测社区")
    grid = Grid.objects.create(community=community, code="999999999999001", name="压测网格")
    for name in ESTATES:
        estate = Estate.objects.create(community=community, name=name)
        Building.objects.bulk_create(
            Building(estate=estate, grid=grid, name=f"{number}号楼", units=3, floors=6) for number in range(1, 40)
        )
    return community


def timed(name: str, work: Callable[[], Any]) -> Any:
    start, busy = time.perf_counter(), time.process_time()
    found = work()
    say(f"{name}: {time.perf_counter() - start:.1f} s, of which {time.process_time() - busy:.1f} s busy")
    return found


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
