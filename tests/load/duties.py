"""``python -m tests.load.duties --plans 100000 --open 5000,500000``: how long a day's duties of so many plans take to lay
out, and what a sweep costs while so many stand open. Runs in the configured, migrated database and takes all back."""

import argparse
import os
import sys
import time
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

import django

DAY = date(2026, 3, 2)
PEOPLE = 200
GRIDS = 50
# Every tenth plan turns, every tenth goes by post, every twentieth is unannounced; the rules differ as in life.
RULES = ("FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "FREQ=DAILY;INTERVAL=2", "FREQ=MONTHLY;BYMONTHDAY=2,16")


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the laying out and the sweeping of duties.")
    parser.add_argument("--plans", type=int, default=100_000, help="0: only sweep")
    parser.add_argument("--open", default="5000,500000", help="how many stand open while a sweep is measured")
    parser.add_argument("--due", type=int, default=200, help="how many of them are due")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.test")
    django.setup()
    if options.plans:
        laying_out(options.plans)
    if options.open:
        sweeps([int(size) for size in options.open.split(",")], options.due)
    return 0


def laying_out(plans: int) -> None:
    from django.db import connection, transaction

    from community.duties.planning import plan_ahead

    with transaction.atomic():
        say(f"{len(make(plans)):,} plans in {GRIDS} grids")
        analyze()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what a commit would have to check is checked at once
        before = forget_peak()
        count = timed("a day laid out", lambda: plan_ahead(morning(), days=1))
        say(f"    {count:,} duties; memory {before:.0f} MB before, {peak():.0f} MB at most")
        timed("the same again", lambda: plan_ahead(morning(), days=1))
        transaction.set_rollback(True)


def sweeps(sizes: list[int], due: int) -> None:
    from django.db import transaction

    from tests.load import sweeping

    costs = []
    for standing, ripe in [*((size, due) for size in sizes), (sizes[-1], min(5000, sizes[-1]))]:
        with transaction.atomic():
            plans = make(sweeping.plans_for(standing), daily=True)
            sweeping.fill(plans, standing, ripe, morning())
            before = forget_peak()
            costs.append(sweeping.measured(morning()))
            say(f"  sweep of {ripe:,} due among {standing:,} open: {costs[-1]}")
            say(f"    memory {before:.0f} MB before, {peak():.0f} MB at most")
            transaction.set_rollback(True)
    if len(sizes) > 1:
        few, many = costs[0], costs[len(sizes) - 1]
        say(f"  {sizes[-1]:,} against {sizes[0]:,} open: time {many.seconds / few.seconds:.2f}×,"
            f" statements {many.statements / few.statements:.2f}×")  # fmt: skip


def morning() -> datetime:
    from django.utils import timezone

    return datetime.combine(DAY, clock(6), timezone.get_default_timezone())


def analyze() -> None:
    """What autovacuum does by itself between commits."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE duties_plan, duties_occurrence, timers_deadline")


def make(count: int, *, daily: bool = False) -> list[Any]:
    """So many plans of two hundred people; ``daily``: all for one person every day."""
    from community.access.models import Post, Role
    from community.directory.models import Community, Grid, Street, User
    from community.duties.models import Member, Plan

    street = Street.objects.create(code="999999998", name="压测街道")
    community = Community.objects.create(street=street, code="999999998999", name="压测社区")
    grids = Grid.objects.bulk_create(
        Grid(community=community, code=f"999999998999{n:03d}", name=f"第{n}网格") for n in range(GRIDS)
    )
    people = User.objects.bulk_create(
        User(username=f"duties{n}", name=f"网格员{n}", community=community) for n in range(PEOPLE)
    )
    role = Role.objects.get(code="grid_worker")
    Post.objects.bulk_create(
        Post(user=user, role=role, grid=grids[n % GRIDS], begins_on=DAY) for n, user in enumerate(people)
    )
    plans = Plan.objects.bulk_create(
        (_plan(n, community, grids[n % GRIDS], people, role, daily=daily) for n in range(count)), batch_size=5000
    )
    Member.objects.bulk_create(
        Member(plan=plan, user=people[(plan.pk + place) % PEOPLE], position=place)
        for plan in plans
        if plan.assigned == "rota"
        for place in (1, 2, 3)
    )
    return plans


def _plan(n: int, community: Any, grid: Any, people: list[Any], role: Any, *, daily: bool) -> Any:
    from community.duties.models import Plan

    facts: dict[str, Any] = {"assignee": people[n % PEOPLE], "recurrence": RULES[n % 4] if n % 3 == 0 else RULES[0]}
    if daily:
        facts["recurrence"] = RULES[0]
    elif n % 10 == 0:
        facts |= {"assigned": "rota", "assignee": None}
    elif n % 10 == 1:
        facts |= {"assigned": "post", "assignee": None, "role": role}
    if n % 20 == 5 and not daily:
        facts |= {"rhythm": "random", "times_a_week": 7}
    return Plan(
        kind="duty", community=community, grid=grid, title="楼道清扫", starts_on=DAY - timedelta(days=n % 2000), **facts
    )


def timed(what: str, do: Any) -> Any:
    start, busy = time.perf_counter(), time.process_time()
    answer = do()
    say(f"  {what}: {time.perf_counter() - start:.1f} s, of which {time.process_time() - busy:.1f} s busy here")
    return answer


def forget_peak() -> float:
    """From here on ``peak`` begins anew; what the filling took is not counted. Returns what is held now, in MB."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


def peak() -> float:
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - its console


if __name__ == "__main__":
    sys.exit(main())
