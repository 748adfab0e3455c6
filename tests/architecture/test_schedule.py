"""The schedule: every entry names a task that exists, and its body runs on an empty hub and on a busy one."""

import pytest
from celery.schedules import BaseSchedule
from django.core.cache import cache
from django.db import transaction
from django_celery_beat.schedulers import ModelEntry

from community.celery import app
from community.schedule import SCHEDULE
from tests.neighbourhood import Town
from tests.specimens import MAKERS, specimen

each_entry = pytest.mark.parametrize("entry", SCHEDULE.values(), ids=SCHEDULE)
app.loader.import_default_modules()


@each_entry
def test_an_entry_names_a_task_and_a_time(entry: dict[str, object]) -> None:
    assert entry["task"] in app.tasks
    assert isinstance(entry["schedule"], BaseSchedule)


@each_entry
def test_an_entry_runs_on_an_empty_hub(entry: dict[str, object], db: None) -> None:
    app.tasks[entry["task"]]()


def test_every_entry_runs_on_a_busy_hub_and_again(town: Town) -> None:
    """One hub for all; what an entry did there is taken back before the next."""
    for kind in MAKERS:
        specimen(kind, town.ours)
    for entry in SCHEDULE.values():
        with transaction.atomic():
            app.tasks[entry["task"]]()
            app.tasks[entry["task"]]()
            transaction.set_rollback(True)
        cache.clear()


def test_every_periodic_task_stands_in_the_schedule() -> None:
    """A task of ours that nobody schedules is either called from code or forgotten."""
    ours = {name for name in app.tasks if not name.startswith("celery.")}
    scheduled = {entry["task"] for entry in SCHEDULE.values()}
    on_demand = {name for name in ours - scheduled if name.startswith("imports.")}
    assert ours - scheduled - on_demand == set()


def test_a_job_that_takes_long_is_not_started_in_heaps(db: None) -> None:
    names = [entry["task"] for entry in SCHEDULE.values()]
    assert len(names) == len(set(names))
    sweep = ModelEntry.from_entry("sweep", app=app, **SCHEDULE["sweep the deadlines"])
    assert sweep.options["expires"] == 15
