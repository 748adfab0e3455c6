"""The job that lays out duties may run twice at once: each day has its duty once, whoever of the two made it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count

from community.duties.models import Duty, Plan
from community.duties.planning import lay_out, plan_ahead
from community.timers.models import Deadline
from tests.duties.conftest import Planned
from tests.duties.test_laying_out import EARLY
from tests.neighbourhood import Hood

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*runs: Callable[[], int]) -> list[int]:
    def go(run: Callable[[], Any]) -> int:
        try:
            return run()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(runs)) as pool:
        return list(pool.map(go, runs))


def test_two_runs_at_once_lay_each_day_out_once(hood: Hood, planned: Planned, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(6):
        planned()
    planned(rhythm="random", times_a_week=3)
    planned(assigned="rota", assignee=None, rota=[hood.worker, hood.leader])
    monkeypatch.setattr("community.duties.planning.BATCH", 3)
    made = at_once(
        lambda: plan_ahead(EARLY), lambda: plan_ahead(EARLY), lambda: lay_out(list(Plan.objects.all()), EARLY)
    )
    assert sum(made) == Duty.objects.count() == 7 * 7 + 3
    assert not Duty.objects.values("plan", "day").annotate(n=Count("pk")).filter(n__gt=1).exists()
    rota = Duty.objects.filter(plan__assigned="rota").order_by("day").values_list("assignee", flat=True)
    assert list(rota) == [[hood.worker.pk, hood.leader.pk][n % 2] for n in range(7)]  # it turned once a day, not twice
    clocks = Deadline.objects.running().filter(occurrence__isnull=False).values("occurrence", "clock", "rung")
    assert not clocks.annotate(n=Count("pk")).filter(n__gt=1).exists()
