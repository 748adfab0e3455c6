"""A sweep costs what is due, not what stands open: the same statements, each by an index."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from community.duties.models import Occurrence
from community.timers.sweep import sweep
from tests.load.duties import make, morning
from tests.load.sweeping import fill, measured, plans_for

pytestmark = pytest.mark.django_db
BIG = ("duties_occurrence", "timers_deadline")


def filled(standing: int, due: int) -> None:
    fill(make(plans_for(standing), daily=True), standing, due, morning())


def test_the_same_few_due_among_many_ask_the_same() -> None:
    costs = []
    for standing in (60, 60, 1200):  # the first warms the caches
        with transaction.atomic():
            filled(standing, 4)
            costs.append(measured(morning()))
            assert Occurrence.objects.filter(status="missed").count() == 2
            transaction.set_rollback(True)
    _warming, few, many = costs
    assert (few.swept.fired, few.swept.failed) == (4, 0)
    assert (many.swept, many.statements) == (few.swept, few.statements)


def test_every_question_of_a_sweep_is_answered_by_an_index() -> None:
    filled(3000, 4)
    with CaptureQueriesContext(connection) as seen:
        sweep(morning())
    asked = [query["sql"] for query in seen if query["sql"].startswith("SELECT") and _is_big(query["sql"])]
    assert len(asked) >= 3 * 4  # the next one due, its matter, what else of it is due
    for sql in asked:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        for table in BIG:
            assert f"Seq Scan on {table}" not in plan, f"{sql}\n{plan}"


def _is_big(sql: str) -> bool:
    return any(f'FROM "{table}"' in sql for table in BIG)
