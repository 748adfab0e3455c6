"""Rows that go in column by column are the rows that the ORM would have written."""

from datetime import date, timedelta

import pytest
from django.db import DataError, IntegrityError, transaction

from community.core import columns
from community.duties.models import Duty, Plan
from community.timers.models import Deadline
from tests.neighbourhood import Hood
from tests.specimens import MONDAY

pytestmark = pytest.mark.django_db


def duty(hood: Hood, n: int, **more: object) -> Duty:
    opens = MONDAY + timedelta(days=n)
    facts: dict[str, object] = {
        "kind": "duty", "community": hood.community, "assignee": hood.worker if n % 2 else None, "day": opens.date(),
        "opens_at": opens, "closes_at": opens + timedelta(hours=2), "name": f'{{"第{n}次", \\NULL}}',
    }  # fmt: skip
    return Duty(**(facts | more))


def test_every_value_comes_back_as_it_went(hood: Hood) -> None:
    rows = [duty(hood, n) for n in range(3)]
    assert columns.insert_where_free(rows) == rows
    for row in rows:
        kept = Duty.objects.get(pk=row.pk)
        assert {f.attname: getattr(kept, f.attname) for f in Duty._meta.concrete_fields} == {
            f.attname: getattr(row, f.attname) for f in Duty._meta.concrete_fields
        }


def test_one_row_and_none(hood: Hood) -> None:
    columns.insert([])
    columns.update([], ["name"])
    assert columns.insert_where_free([]) == []
    columns.insert([duty(hood, 0, name="NULL")])
    assert Duty.objects.get().name == "NULL"


def test_what_is_taken_already_is_passed_over_and_told(hood: Hood) -> None:
    plan = Plan.objects.create(kind="duty", community=hood.community, title="楼道清扫", starts_on=date(2026, 3, 1))
    first = [duty(hood, 1, plan=plan)]
    columns.insert_where_free(first)
    again = [duty(hood, 0, plan=plan), duty(hood, 1, plan=plan), duty(hood, 0, plan=plan)]
    assert columns.insert_where_free(again) == [again[0]]
    assert [row._state.adding for row in again] == [False, True, True]
    assert Duty.objects.count() == 2


def test_rows_that_stand_are_changed_together(hood: Hood) -> None:
    rows = [duty(hood, n) for n in range(3)]
    columns.insert_where_free(rows)
    for n, row in enumerate(rows):
        row.name, row.assignee_id = f"改{n}", [hood.leader.pk, None, hood.worker.pk][n]
    columns.update(rows[:2], ["name", "assignee"])
    kept = dict(Duty.objects.values_list("name", "assignee"))
    assert kept == {"改0": hood.leader.pk, "改1": None, '{"第2次", \\NULL}': None}


@pytest.mark.parametrize("wrong", [{"kind": "x" * 21}, {"kind": "x" * 21, "name": "同"}])
def test_what_is_too_long_is_refused_and_never_cut(hood: Hood, wrong: dict[str, object]) -> None:
    with pytest.raises(DataError), transaction.atomic():
        columns.insert([duty(hood, 0, **wrong), duty(hood, 1, **wrong)])
    assert not Duty.objects.exists()


def test_other_constraints_speak_up(hood: Hood) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        columns.insert_where_free([duty(hood, 0, closes_at=MONDAY - timedelta(hours=1))])
    assert not Deadline.objects.exists()
