"""The last import can be taken back while nothing depends on it."""

from collections.abc import Callable

import pytest

from community.core.workflow import NotNow, NotYours
from community.directory.models import Building, Dwelling, Grid, PartyMember, Person
from community.imports.models import ImportRun
from community.imports.undoing import CannotUndo
from tests.imports.test_base_workbook import counts, rows
from tests.imports.workbooks import GRID, small
from tests.neighbourhood import Hood, Town

Go = Callable[..., ImportRun]
pytestmark = pytest.mark.django_db


def test_changed_rows_get_their_old_values_back(imported: Go) -> None:
    imported(small())
    before = {model: rows(model) for model in (Grid, Building, Dwelling, Person, PartyMember)}
    sheets = small()
    sheets["网格"][1][1] = "改名网格"
    sheets["房屋"][1][4:] = ["新户主", 9, "19911112222", "空置", "残疾", 99.9]
    sheets["党员"][1][2:5] = ["1950-01", "1990-07-01", "第2党支部"]
    second = imported(sheets)
    assert Grid.objects.get(code=GRID).name == "改名网格"
    second.undo(by=None)
    assert {model: rows(model) for model in before} == before


def test_only_the_last_import_can_be_undone(imported: Go) -> None:
    first, second = imported(small()), imported(small())
    with pytest.raises(NotNow):
        first.undo(by=None)
    second.undo(by=None)
    first.undo(by=None)
    assert not Grid.objects.filter(code=GRID).exists()


def test_undo_twice_is_refused(imported: Go) -> None:
    run = imported(small())
    run.undo(by=None)
    with pytest.raises(NotNow):
        run.undo(by=None)


def test_what_was_changed_since_is_not_overwritten(imported: Go) -> None:
    imported(small())
    sheets = small()
    sheets["房屋"][1][5] = 7
    second = imported(sheets)
    Dwelling.objects.filter(residents=7).update(residents=3)
    with pytest.raises(CannotUndo) as refused:
        second.undo(by=None)
    assert refused.value.reasons == ["有 1 条“房屋”在导入之后又被修改或删除。"]
    assert Dwelling.objects.filter(residents=3).exists()


def test_a_person_who_signed_up_since_keeps_the_import(imported: Go, hood: Hood) -> None:
    run = imported(small())
    person = Person.objects.get(name="宋舒")
    hood.neighbour.person = person
    hood.neighbour.save()
    before = counts()
    with pytest.raises(CannotUndo) as refused:
        run.undo(by=None)
    assert refused.value.reasons == ["新建的“人员”已被 1 条“账号”用到。"]
    assert counts() == before
    assert run.status == "applied"


def test_whatever_points_at_it_keeps_it_even_where_deleting_would_only_clear_the_field(imported: Go) -> None:
    run = imported(small())
    Person.objects.create(
        community=run.community, name="后来的人", dwelling=Dwelling.objects.get(unit="1单元", room="102")
    )
    with pytest.raises(CannotUndo) as refused:
        run.undo(by=None)
    assert "新建的“房屋”已被 1 条“人员”用到。" in refused.value.reasons


def test_people_without_the_right_or_of_another_community_may_not(imported: Go, hood: Hood, town: Town) -> None:
    run = imported(small())
    for somebody in (hood.worker, town.theirs.secretary, town.officer):
        with pytest.raises(NotYours):
            run.undo(by=somebody)
    run.undo(by=hood.staff)
    assert run.undone_by == hood.staff
