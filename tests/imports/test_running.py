"""One import at a time, carried on after any interruption, given up after three."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from community.core.workflow import NotNow, NotYours
from community.imports import tasks
from community.imports.models import ImportRun
from community.imports.models.run import MAX_ATTEMPTS, carry_on_all
from tests.imports.conftest import NOW
from tests.imports.test_base_workbook import counts
from tests.imports.workbooks import saved, small
from tests.neighbourhood import Hood, Town

Go = Callable[..., ImportRun]
pytestmark = pytest.mark.django_db


def received(hood: Hood, by: Any = None) -> ImportRun:
    return ImportRun.receive(saved(small()), name="底册.xlsx", community=hood.community, by=by, now=NOW)


def test_a_second_upload_waits_for_the_first(hood: Hood, town: Town) -> None:
    first = received(hood)
    with pytest.raises(NotNow):
        received(hood)
    received(town.theirs)
    first.examine()
    received(hood)


def test_the_database_itself_allows_only_one(hood: Hood) -> None:
    first = received(hood)
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportRun.objects.create(community=first.community, filename="x", size=1, sha256="x", received_at=NOW)


def test_only_those_with_the_right_over_the_community_may_upload(hood: Hood, town: Town) -> None:
    for somebody in (hood.resident, hood.worker, town.theirs.staff, town.officer):
        with pytest.raises(NotYours):
            received(hood, by=somebody)
    assert received(hood, by=hood.staff).received_by == hood.staff


def test_carrying_on_twice_does_the_work_once(hood: Hood) -> None:
    run = received(hood)
    tasks.carry_on(run.pk)
    tasks.carry_on(run.pk)
    run.refresh_from_db()
    run.order(mode="good_rows", by=None)
    tasks.carry_on(run.pk)
    made = counts()
    tasks.carry_on(run.pk)
    run.refresh_from_db()
    assert (run.status, counts()) == ("applied", made)


def test_a_run_whose_worker_was_lost_is_taken_up_by_the_schedule(hood: Hood) -> None:
    run = received(hood)
    tasks.take_up_lost()
    run.refresh_from_db()
    assert run.status == "checked"
    run.order(mode="good_rows", by=None)
    assert carry_on_all() == 1
    assert carry_on_all() == 0


def test_a_worker_killed_while_writing_leaves_nothing_and_the_next_finishes(
    examined: Go, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = examined(small()).order(mode="good_rows", by=None)
    before = counts()

    def killed(*args: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr("community.imports.models.run.Footprint.leave", killed)
        with pytest.raises(SystemExit):
            run.carry_on()
    assert counts() == before
    ImportRun.objects.get(pk=run.pk).carry_on()
    run.refresh_from_db()
    assert run.status == "applied"


def test_a_workbook_that_kills_its_worker_again_and_again_is_given_up(
    hood: Hood, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = received(hood)

    def killed(*args: Any) -> None:
        raise SystemExit

    monkeypatch.setattr(ImportRun, "_examined", killed)
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(SystemExit):
            ImportRun.objects.get(pk=run.pk).carry_on()
    ImportRun.objects.get(pk=run.pk).carry_on()
    run.refresh_from_db()
    assert run.status == "stopped"
    assert [finding.code for finding in run.findings.all()] == ["stopped"]
    received(hood)


def test_somebody_writing_the_same_rows_sends_it_back_to_be_confirmed(
    examined: Go, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = examined(small()).order(mode="good_rows", by=None)

    def raced(*args: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr("community.imports.planning.Plan.write", raced)
    run.carry_on()
    run.refresh_from_db()
    assert run.status == "checked"
    assert [finding.code for finding in run.findings.all()] == ["raced"]


def test_states_and_times_belong_together(imported: Go) -> None:
    run = imported(small())
    for broken in ({"applied_at": None}, {"status": "checked"}, {"undone_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ImportRun.objects.filter(pk=run.pk).update(**broken)
    assert connection.vendor == "postgresql"
