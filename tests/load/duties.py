"""``python -m tests.load.duties --plans 100000``: how long a day's duties of so many plans take to lay out, to look at
again, and to sweep while half a million stand open. Runs in the configured, migrated database and takes all back."""

import argparse
import os
import resource
import sys
import time
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Any

import django

DAY = date(2026, 3, 2)
PEOPLE = 200
GRIDS = 50
# Every tenth plan turns, every tenth goes by post, every twentieth is unannounced; the rules differ as in life.
RULES = ("FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "FREQ=DAILY;INTERVAL=2", "FREQ=MONTHLY;BYMONTHDAY=2,16")


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the laying out of duties.")
    parser.add_argument("--plans", type=int, default=100_000)
    parser.add_argument("--open", type=int, default=500_000, help="duties that stand open while the sweep is measured")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.test")
    django.setup()
    measure(options.plans, options.open)
    return 0


def measure(plans: int, standing: int) -> None:
    from django.db import transaction
    from django.utils import timezone

    from community.duties.models import Occurrence
    from community.duties.planning import plan_ahead
    from community.timers.sweep import sweep

    morning = datetime.combine(DAY, clock(6), timezone.get_default_timezone())
    with transaction.atomic():
        made = make(plans)
        say(f"{made:,} plans in {GRIDS} grids")
        analyze()
        count = timed("a day laid out", lambda: plan_ahead(morning, days=1))
        say(f"    {count:,} duties; peak memory {peak():.0f} MB")
        timed("the same again", lambda: plan_ahead(morning, days=1))
        analyze()
        few = timed("sweep of 500 due among them", lambda: sweep(morning + timedelta(hours=9), most=500))
        days = 2
        while Occurrence.objects.open().count() < standing and days < 15:
            plan_ahead(morning, days=days)
            days += 1
        say(f"{Occurrence.objects.open().count():,} duties stand open")
        analyze()
        many = timed("sweep of 500 due among them", lambda: sweep(morning + timedelta(hours=9), most=500))
        say(f"    fired {few.fired} and {many.fired}; failed {few.failed + many.failed}")
        timed("nothing to lay out", lambda: plan_ahead(morning, days=days - 1))
        transaction.set_rollback(True)


def analyze() -> None:
    """What autovacuum does by itself between commits."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE duties_plan, duties_occurrence, timers_deadline")


def make(count: int) -> int:
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
        (_plan(n, community, grids[n % GRIDS], people, role) for n in range(count)), batch_size=5000
    )
    Member.objects.bulk_create(
        Member(plan=plan, user=people[(plan.pk + place) % PEOPLE], position=place)
        for plan in plans
        if plan.assigned == "rota"
        for place in (1, 2, 3)
    )
    return len(plans)


def _plan(n: int, community: Any, grid: Any, people: list[Any], role: Any) -> Any:
    from community.duties.models import Plan

    facts: dict[str, Any] = {"assignee": people[n % PEOPLE], "recurrence": RULES[n % 4] if n % 3 == 0 else RULES[0]}
    if n % 10 == 0:
        facts |= {"assigned": "rota", "assignee": None}
    elif n % 10 == 1:
        facts |= {"assigned": "post", "assignee": None, "role": role}
    if n % 20 == 5:
        facts |= {"rhythm": "random", "times_a_week": 7}
    return Plan(
        kind="duty", community=community, grid=grid, title="楼道清扫", starts_on=DAY - timedelta(days=n % 2000), **facts
    )


def timed(what: str, do: Any) -> Any:
    start, busy = time.perf_counter(), time.process_time()
    answer = do()
    say(f"  {what}: {time.perf_counter() - start:.1f} s, of which {time.process_time() - busy:.1f} s busy here")
    return answer


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - its console


if __name__ == "__main__":
    sys.exit(main())
