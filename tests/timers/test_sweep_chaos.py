"""Two thousand deadlines at once, workers killed in the middle of a firing, beat doubled, Valkey wiped: each fires once."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from community.core.models import Case, Entry
from community.notices.models import Delivery, Notice
from community.timers.models import Deadline
from community.timers.sweep import sweep
from points.models import Posting
from tests.neighbourhood import build_town
from tests.timers.overdue import unconfirmed, unvetted

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
FREEZE_AFTER = 25


@pytest.mark.django_db(transaction=True)
def test_every_rung_fires_once_whatever_happens_to_the_workers() -> None:
    hood = build_town().ours
    (alone,), (silent,) = unvetted(hood, 1, NOW), unconfirmed(hood, 1, NOW)
    sweep(NOW)
    once = left_behind()
    expected = once | dict.fromkeys(unvetted(hood, 800, NOW), once[alone])
    expected |= dict.fromkeys(unconfirmed(hood, 400, NOW), once[silent])
    assert Deadline.objects.due(NOW).count() == 2000

    with workers(FREEZE_AFTER, FREEZE_AFTER, 0, 0) as (first, second, *survivors):
        for doomed in (first, second):
            assert doomed.stdout is not None
            assert doomed.stdout.readline() == "frozen\n"
            doomed.kill()
            cache.clear()
        assert [worker.wait(300) for worker in survivors] == [0, 0]

    assert left_behind() == expected
    assert Posting.objects.count() == 401


def left_behind() -> dict[int, list[object]]:
    """Everything that the sweep wrote, case by case, in an order that does not depend on who wrote first."""
    found: dict[int, list[object]] = {
        case.pk: [case.status, case.tier, case.awaits_perm, case.awaits_user_id, case.due_at]
        for case in Case.objects.order_by("pk")
    }
    rows: tuple[Iterable[tuple[Any, ...]], ...] = (
        Entry.objects.exclude(case=None).order_by("pk").values_list("case_id", "verb"),
        Deadline.objects.exclude(case=None)
        .order_by("rung")
        .values_list("case_id", "rung", "fired_at", "stopped_at", "attempts"),
        Notice.objects.exclude(case=None)
        .order_by("params__rung", "code", "recipient")
        .values_list("case_id", "code", "params__rung", "recipient"),
        Delivery.objects.exclude(notice__case=None)
        .order_by("address")
        .values_list("notice__case_id", "channel", "address"),
    )
    for case_id, *row in chain.from_iterable(rows):
        found[case_id].append(row)
    return found


@contextmanager
def workers(*freeze_after: int) -> "Iterator[list[subprocess.Popen[str]]]":
    """Started together once all are up; none outlives the test."""
    started = [_worker(after) for after in freeze_after]
    try:
        for worker in started:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        for worker in started:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        yield started
    finally:
        for worker in started:
            worker.kill()
            worker.communicate()


def _worker(freeze_after: int) -> "subprocess.Popen[str]":
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + connection.settings_dict["NAME"])
    env = os.environ | {"DATABASE_URL": database.geturl(), "REDIS_URL": settings.REDIS_URL}
    command = [sys.executable, "-m", "tests.timers.sweeper", NOW.isoformat(), str(freeze_after)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, stdin=pipe, stdout=pipe, text=True)
