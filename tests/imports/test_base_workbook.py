"""The base workbook becomes the directory: once, again without duplicates, and in part."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from community.core.workflow import NotNow
from community.directory.models import (
    Branch,
    Building,
    Dwelling,
    Estate,
    Grid,
    PartnerUnit,
    PartyMember,
    Person,
    User,
    Volunteer,
    VolunteerTeam,
)
from community.imports.importing import import_workbook
from community.imports.models import ImportRun
from tests.imports.conftest import NOW, found
from tests.imports.workbooks import SAMPLE, many_dwellings, small
from tests.neighbourhood import Hood

Go = Callable[..., ImportRun]
MODELS = [Grid, Estate, Building, Dwelling, Person, Branch, PartyMember, PartnerUnit, VolunteerTeam, Volunteer, User]
pytestmark = pytest.mark.django_db


def counts() -> Counter[str]:
    return Counter({model.__name__: model._default_manager.count() for model in MODELS})


def rows(model: type[Model]) -> list[dict[str, object]]:
    return list(model._base_manager.order_by("pk").values())


def outcome(run: ImportRun, sheet: str) -> tuple[int, int, int, int]:
    """(new, changed, unchanged, wrong)."""
    row = next(row for row in run.summary if row["sheet"] == sheet)
    return row["new"], row["changed"], row["unchanged"], row["wrong"]


def test_the_shipped_workbook_comes_in_whole_a_second_time_changes_nothing_and_undone_all_is_as_it_was(
    hood: Hood,
) -> None:
    before = counts()
    known = {model: rows(model) for model in (Grid, Building, Dwelling, Person, PartyMember)}
    run = import_workbook(SAMPLE, hood.community, now=NOW)
    assert (run.status, run.errors) == ("applied", 0)
    assert {row["sheet"]: row["rows"] for row in run.summary} == {
        "网格": 10,
        "楼栋": 156,
        "房屋": 5042,
        "党员": 450,
        "共建单位": 7,
        "志愿者": 50,
    }
    made = counts() - before
    # Two of the ten grids were there already; 5,042 householders, 450 members, 50 volunteers, 10 workers.
    assert (made["Grid"], made["Building"], made["Dwelling"], made["Person"]) == (8, 156, 5042, 5042 + 450 + 50 + 10)
    assert made["User"] == 0
    # In this workbook 152 rooms lie above the storeys their building is registered with.
    assert Counter(code for *_, code in found(run, hints=True)) == {"above_floors": 152}

    after = counts()
    again = import_workbook(SAMPLE, hood.community, now=NOW)
    assert counts() == after
    assert sum(row["unchanged"] for row in again.summary) == 10 + 156 + 5042 + 450 + 7 + 50
    assert not again.footprints.exists()

    for last in (again, run):
        last.undo(by=None, now=NOW)
        assert last.status == "undone"
    assert {model: rows(model) for model in known} == known


def test_what_is_written_is_what_the_rows_say(imported: Go, hood: Hood) -> None:
    imported(small())
    dwelling = Dwelling.objects.select_related("building__grid", "householder").get(unit="1单元", room="102")
    assert (dwelling.building.grid.name, dwelling.usage, dwelling.care_groups) == ("东网格", "let", "独居")
    member = PartyMember.objects.select_related("person", "branch").get()
    assert (member.person.name, member.person.dwelling, member.home_study) == ("程卫", dwelling, True)
    assert dwelling.householder is not None
    assert dwelling.householder.name == "袁远"
    assert Person.objects.get(name="赖燕").phone == "19977763170"
    assert Volunteer.objects.get().hours_before == 21
    assert PartnerUnit.objects.get(name="区图书馆").phone == "053188012345"


def test_a_changed_row_updates_and_a_blank_cell_keeps_what_is_known(imported: Go) -> None:
    imported(small())
    after = counts()
    sheets = small()
    sheets["房屋"][1][5:7] = [5, None]
    sheets["党员"][1][7] = None
    run = imported(sheets)
    assert outcome(run, "房屋") == (0, 1, 1, 0)
    assert outcome(run, "党员") == (0, 0, 1, 0)
    dwelling = Dwelling.objects.select_related("householder").get(unit="1单元", room="101")
    assert dwelling.residents == 5
    assert dwelling.householder is not None
    assert dwelling.householder.phone == "19947577104"
    assert counts() == after


def test_a_care_group_left_blank_is_taken_away(imported: Go) -> None:
    imported(small())
    sheets = small()
    sheets["房屋"][2][8] = None
    imported(sheets)
    assert Dwelling.objects.get(unit="1单元", room="102").care_groups == ""


def test_a_column_that_is_not_there_changes_nothing(imported: Go) -> None:
    imported(small())
    sheets = {"房屋": [[*row[:4]] for row in small()["房屋"]]}
    run = imported(sheets)
    assert outcome(run, "房屋") == (0, 0, 2, 0)
    assert Dwelling.objects.get(unit="1单元", room="102").care_groups == "独居"


def test_a_new_householder_takes_over_and_the_old_one_stays_known(imported: Go) -> None:
    imported(small())
    sheets = small()
    sheets["房屋"][1][4:7] = ["新户主", 1, "19911112222"]
    run = imported(sheets)
    assert outcome(run, "房屋") == (0, 1, 1, 0)
    dwelling = Dwelling.objects.select_related("householder").get(unit="1单元", room="101")
    assert dwelling.householder is not None
    assert dwelling.householder.name == "新户主"
    assert Person.objects.filter(name="宋舒").count() == 1


def test_one_owner_of_two_dwellings_is_one_person(imported: Go) -> None:
    sheets = small()
    sheets["房屋"][2][4:7] = ["宋舒", 0, "19947577104"]
    imported(sheets)
    imported(sheets)
    assert Person.objects.filter(name="宋舒").count() == 1
    assert Dwelling.objects.filter(householder__name="宋舒").count() == 2


def test_householder_member_and_volunteer_can_be_one_person(imported: Go) -> None:
    sheets = small()
    sheets["党员"][1][0], sheets["党员"][1][7] = "袁远", "19911113333"
    sheets["志愿者"][1][:2] = ["袁远", "19911113333"]
    imported(sheets)
    person = Person.objects.get(name="袁远")
    assert (person.phone, person.party_member.home_study, person.volunteer.hours_before) == ("19911113333", True, 21)
    assert imported(sheets).footprints.count() == 0


def test_people_of_another_community_are_never_touched(imported: Go, town: Any) -> None:
    theirs = Person.objects.create(community=town.theirs.community, name="宋舒", phone="19947577104")
    imported(small())
    assert Person.objects.filter(name="宋舒").count() == 2
    theirs.refresh_from_db()
    assert theirs.dwelling is None


def bad() -> dict[str, Any]:
    sheets = small()
    sheets["房屋"][2][6] = "1994"
    return sheets


def test_good_rows_go_in_and_the_wrong_one_stays_out(imported: Go) -> None:
    run = imported(bad())
    assert run.status == "applied"
    assert outcome(run, "房屋") == (1, 0, 0, 1)
    assert Dwelling.objects.filter(building__estate__name="花园小区").count() == 1
    assert {code for *_, code in found(run)} == {"phone_length", "row_is_wrong"}


def test_all_or_nothing_writes_nothing_when_a_row_is_wrong(examined: Go) -> None:
    before = counts()
    run = examined(bad())
    with pytest.raises(NotNow):
        run.order(mode="all_or_nothing", by=None)
    assert counts() == before


def test_all_or_nothing_looks_again_when_it_writes(examined: Go, hood: Hood, town: Any) -> None:
    run = examined(small()).order(mode="all_or_nothing", by=None, now=NOW)
    Grid.objects.create(community=town.theirs.community, code="370105004012101", name="抢先登记")
    before = counts()
    run.apply(now=NOW)
    assert (run.status, counts()) == ("checked", before)
    assert "foreign_grid" in {code for *_, code in found(run)}


def test_the_number_of_queries_does_not_grow_with_the_rows(imported: Go, hood: Hood) -> None:
    def queries(rows: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            imported(many_dwellings(rows))
        return len(captured)

    few = queries(20)
    Dwelling.objects.update(householder=None)
    Person.objects.filter(name__startswith="户主").delete()
    Dwelling.objects.filter(building__estate__name="花园小区").delete()
    assert queries(400) <= few
    assert queries(800) <= few + 2
