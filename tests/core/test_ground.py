"""The tests' own ground: a town put back as rows is the town that was built, and nothing stays of a test."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model

from community.access.models import Role
from community.core.models import Entry
from grids.models import Category
from tests.ground import Planted, filled, rows_of, tables
from tests.neighbourhood import Town, build_town, raise_town
from tests.specimens import a_wish


def counted() -> dict[type[Model], int]:
    return {model: rows_of(model).count("\n") for model in filled(tables())}


@pytest.mark.django_db
def test_a_town_put_back_has_every_row_of_a_town_that_is_built() -> None:
    with transaction.atomic():
        raise_town()
        built = counted()
        transaction.set_rollback(True)
    build_town()
    assert counted() == built


def test_its_people_know_what_the_tables_know(town: Town) -> None:
    def told(found: Model) -> dict[str, Any]:
        return {field.attname: getattr(found, field.attname) for field in found._meta.concrete_fields}

    for hood in (town.ours, town.theirs, town.far):
        for known in (hood.community, hood.grid, hood.building, hood.dwelling, hood.unit, *hood.people.values()):
            assert told(type(known)._base_manager.get(pk=known.pk)) == told(known)
            assert known.pk != town.officer.pk


@pytest.mark.django_db(transaction=True)
def test_a_test_with_transactions_of_its_own_leaves_nothing() -> None:
    planted, before = Planted(), counted()
    a_wish(build_town().ours)  # its timeline refuses to be deleted
    Category.objects.first().keywords.all().delete()  # type: ignore[union-attr]
    Role.objects.filter(code="secretary").update(name="改了名")
    assert Entry.objects.exists()

    planted.restore()

    assert counted() == before
    assert {model: rows_of(model) for model in before} == planted.rows
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)
