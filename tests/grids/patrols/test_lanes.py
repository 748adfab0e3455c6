"""A phone sends over two connections at once, and what comes over both is one."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from grids.models import CheckPoint, Incident, Patrol, Receipt, Tick
from tests.grids.patrols.conftest import Phone, item, rubbish

pytestmark = pytest.mark.django_db(transaction=True)


def sent(phone: Phone, *items: dict[str, Any]) -> list[Any]:
    try:
        return phone.send(*items)
    finally:
        connection.close()


def test_what_comes_over_both_at_one_moment_counts_once(phone: Phone, walking: Patrol, point: CheckPoint) -> None:
    items = [rubbish(walking), item("tick", walking, point=point.pk)]
    with ThreadPoolExecutor(2) as lanes:
        answers = [one.result() for one in [lanes.submit(sent, phone, *items) for _ in range(2)]]
    assert all(answer["result"] == "done" for lane in answers for answer in lane)
    assert answers[0][0]["number"] == answers[1][0]["number"]
    assert (Incident.objects.count(), Tick.objects.count(), Receipt.objects.count()) == (1, 1, 2)
