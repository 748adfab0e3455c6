"""Workbooks as they really come: every fault is found at its sheet, row and column, and explained."""

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from community.directory.models import Building, Dwelling, Grid, PartyMember
from community.imports import reading
from community.imports.models import ImportRun
from tests.imports.conftest import found
from tests.imports.workbooks import CODE, GRID, saved, small, workbook
from tests.neighbourhood import Town

Examined = Callable[..., ImportRun]
pytestmark = pytest.mark.django_db


def only(run: ImportRun) -> Any:
    """The single error of the run."""
    return run.findings.errors().get()


def test_a_good_workbook_has_no_errors(examined: Examined) -> None:
    run = examined(small())
    assert (run.status, run.errors, found(run)) == ("checked", 0, [])


def test_a_wrong_sheet_name_gets_a_suggestion(examined: Examined) -> None:
    sheets = small()
    sheets["党员名单表"] = sheets.pop("党员")
    error = only(examined(sheets))
    assert (error.code, error.params["similar"]) == ("unknown_sheet", "党员")


def test_all_sheet_names_wrong(examined: Examined) -> None:
    run = examined({"Sheet1": small()["网格"]})
    assert run.status == "refused"
    assert only(run).code == "no_sheet"
    assert "Sheet1" in only(run).reason
    assert "网格、楼栋、房屋" in only(run).advice


def test_aliases_and_blanks_in_names_are_understood(examined: Examined) -> None:
    sheets = small()
    sheets[" 房屋信息"] = sheets.pop("房屋")
    sheets[" 房屋信息"][0] = [
        "小区名称",
        "楼号",
        "单元",
        "房号*",
        "户主",
        "人口",
        "手机",
        "使用情况",
        "重点人群",
        "面积（㎡）",
    ]
    run = examined(sheets)
    assert found(run) == []
    assert [row["new"] for row in run.summary if row["sheet"] == "房屋"] == [2]


def test_merged_cells_are_named_with_their_range(examined: Examined) -> None:
    book = workbook(small())
    book["房屋"].merge_cells("B2:B3")
    run = examined(book)
    error = run.findings.errors().get(sheet="房屋")
    assert (error.row, error.column, error.code) == (3, "楼栋", "merged")
    assert "B2:B3" in error.reason


def test_a_merged_title_above_the_header_does_no_harm(examined: Examined) -> None:
    book = workbook(small())
    page = book["楼栋"]
    page.insert_rows(1)
    page["A1"] = "花园小区楼栋一览表"
    page.merge_cells("A1:F1")
    run = examined(book)
    assert found(run) == []
    assert [row["new"] for row in run.summary if row["sheet"] == "楼栋"] == [1]


def test_full_width_digits_spaces_in_phones_and_dates_as_text(imported: Examined) -> None:
    sheets = small()
    sheets["房屋"][1][1:7] = ["１号楼", "１", "１０１", "宋舒", "２", "199 4757 7104"]
    sheets["党员"][1][2:4] = ["1948年9月", datetime(1983, 7, 1)]
    run = imported(sheets)
    dwelling = Dwelling.objects.get(building__estate__name="花园小区", room="101")
    assert (run.errors, dwelling.unit, dwelling.residents) == (0, "1单元", 2)
    assert dwelling.householder is not None
    assert dwelling.householder.phone == "19947577104"
    assert str(PartyMember.objects.get().person.birth_month) == "1948-09-01"


def test_a_formula_without_a_saved_result(examined: Examined) -> None:
    sheets = small()
    sheets["房屋"][1][5] = "=1+1"
    error = only(examined(sheets))
    assert (error.row, error.column, error.code, error.value) == (2, "常住人口", "formula", "=…")


def test_a_formula_with_a_saved_result_is_its_result(examined: Examined) -> None:
    sheets = small()
    sheets["房屋"][1][5] = "=1+1"
    run = examined(rewritten(saved(sheets), b"<f>1+1</f>", b"<f>1+1</f><v>2</v>"))
    assert found(run) == []


def rewritten(file: BytesIO, old: bytes, new: bytes) -> BytesIO:
    """The workbook with some bytes of its sheets replaced."""
    out = BytesIO()
    hit = False
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            content = source.read(member)
            hit = hit or old in content
            target.writestr(member.filename, content.replace(old, new))
    assert hit, "nothing to replace"
    out.seek(0)
    return out


@pytest.mark.parametrize("called", [GRID, "东网格"])
def test_a_grid_that_is_no_more_is_refused_in_words(examined: Examined, called: str) -> None:
    sheets = small()
    community = examined(sheets).community
    Grid.objects.create(community=community, code=GRID, name="东网格", closed_on=date(2026, 11, 1))
    del sheets["网格"]
    sheets["楼栋"][1][2] = called
    first = examined(sheets).findings.errors()[0]
    assert (first.sheet, first.row, first.column, first.code) == ("楼栋", 2, "所属网格", "closed_grid")
    assert first.reason == "网格“东网格”已在2026-11-01撤销。"


def test_a_row_for_a_grid_that_is_no_more_does_not_bring_it_back(examined: Examined) -> None:
    community = examined(small()).community
    Grid.objects.create(community=community, code=GRID, name="东网格", closed_on=date(2026, 11, 1))
    first = examined(small()).findings.errors()[0]
    assert (first.sheet, first.row, first.column, first.code) == ("网格", 2, "网格编码", "closed_grid")


def test_a_new_grid_may_bear_the_name_of_one_that_is_no_more(examined: Examined) -> None:
    sheets = small()
    community = examined(sheets).community
    Grid.objects.create(community=community, code=f"{CODE}009", name="东网格", closed_on=date(2026, 11, 1))
    sheets["楼栋"][1][2] = "东网格"
    assert examined(sheets).errors == 0


def test_an_unknown_grid_names_the_nearest(examined: Examined) -> None:
    sheets = small()
    sheets["楼栋"][1][2] = f"{CODE}111"
    run = examined(sheets)
    first, second, *_ = run.findings.errors()
    assert (first.sheet, first.row, first.column, first.code) == ("楼栋", 2, "所属网格", "unknown_grid_similar")
    assert first.params["similar"].startswith(CODE)
    assert (second.sheet, second.row, second.code) == ("房屋", 2, "row_is_wrong")
    assert second.params == {"sheet": "楼栋", "row": 2}


def test_a_duplicate_dwelling_names_the_first_row(examined: Examined) -> None:
    sheets = small()
    sheets["房屋"].append(["花园小区", "1栋", "1", 101, "别人", 1, None, "自住", None, 50])
    error = only(examined(sheets))
    assert (error.row, error.code, error.params) == (4, "duplicate", {"row": 2})


def test_two_rows_for_one_member(examined: Examined) -> None:
    sheets = small()
    sheets["党员"].append(["程卫", "男", None, None, "第2党支部", None, "", "19998421667", None])
    error = only(examined(sheets))
    assert (error.row, error.code) == (3, "same_person")


@pytest.mark.parametrize("book", [Workbook(), workbook({name: rows[:1] for name, rows in small().items()})])
def test_an_empty_workbook_and_one_without_rows(examined: Examined, book: Workbook) -> None:
    run = examined(book)
    assert run.status == "refused"
    assert only(run).code in ("no_sheet", "no_rows")


def test_a_missing_column_is_named_with_the_likely_one(examined: Examined) -> None:
    sheets = small()
    sheets["楼栋"][0][2] = "归口"
    sheets["志愿者"] = [row[:1] + row[2:] for row in sheets["志愿者"]]
    run = examined(sheets)
    codes = {(error.sheet, error.column, error.code) for error in run.findings.errors().filter(row=None)}
    assert codes == {("楼栋", "所属网格", "missing_column"), ("志愿者", "电话", "missing_column")}
    sheets["楼栋"][0][2] = "所属的网格"
    similar = examined(sheets).findings.get(code="missing_column_similar")
    assert similar.params == {"column": "所属网格", "similar": "所属的网格"}


def test_a_column_twice(examined: Examined) -> None:
    sheets = small()
    sheets["共建单位"] = [["单位名称", "电话", "联系电话"], ["区图书馆", "19955985447", "19955985448"]]
    assert only(examined(sheets)).code == "double_column"


def test_a_sheet_without_any_header(examined: Examined) -> None:
    sheets = small()
    sheets["共建单位"] = sheets["共建单位"][1:]
    assert only(examined(sheets)).code == "no_header"


def test_another_communitys_grid_code_is_refused_and_nothing_told(town: Town, examined: Examined) -> None:
    theirs = town.theirs.grid
    sheets = small()
    sheets["网格"].append([theirs.code, "我们的网格", "居民网格", None, None])
    sheets["楼栋"].append(["花园小区", "2号楼", theirs.code, 1, 1, 1])
    run = examined(sheets)
    assert [(f.sheet, f.row, f.code) for f in run.findings.errors()] == [
        ("网格", 3, "foreign_grid"),
        ("楼栋", 3, "row_is_wrong"),
    ]
    words = "".join(f"{f.reason}{f.advice}{f.params}" for f in run.findings.all())
    assert town.theirs.community.name not in words
    assert theirs.name not in words
    run.order(mode="good_rows", by=None).apply()
    theirs.refresh_from_db()
    assert (theirs.community, theirs.name) == (town.theirs.community, "第1网格")


def test_a_code_of_ours_that_another_community_holds_is_refused_the_same_way(town: Town, examined: Examined) -> None:
    Grid.objects.create(community=town.theirs.community, code=GRID, name="占了别人编码")
    run = examined(small())
    assert run.findings.errors()[0].code == "foreign_grid"
    assert Building.objects.filter(estate__name="花园小区").count() == 0


def test_hints_do_not_stand_in_the_way(examined: Examined) -> None:
    sheets = small()
    sheets["楼栋"][1][4:] = [6, 3]
    sheets["房屋"][1][3] = "901"
    sheets["网格"][1][4] = None
    run = examined(sheets)
    assert run.errors == 0
    assert {code for _, _, _, code in found(run, hints=True)} == {
        "above_floors",
        "declared_dwellings",
        "worker_without_phone",
    }


def test_more_rows_than_allowed(examined: Examined, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 10)
    run = examined(small())
    assert (run.status, only(run).code) == ("refused", "too_many_rows")


def test_a_sheet_that_claims_to_be_endless_is_read_as_it_is(examined: Examined) -> None:
    file = rewritten(saved(small()), b'<dimension ref="A1:E2"', b'<dimension ref="A1:XFD1048576"')
    run = examined(file)
    assert (run.status, run.errors) == ("checked", 0)


def test_a_workbook_with_an_entity_bomb_is_refused(examined: Examined) -> None:
    bomb = b'<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet'
    run = examined(rewritten(saved(small()), b"<worksheet", bomb))
    assert (run.status, only(run).code) == ("refused", "damaged")


def test_broken_xml_inside_is_refused_not_an_error(examined: Examined) -> None:
    run = examined(rewritten(saved(small()), b"</sheetData>", b"</sheet"))
    assert (run.status, only(run).code) == ("refused", "damaged")


def test_broken_xml_in_the_workbook_itself(examined: Examined) -> None:
    run = examined(rewritten(saved(small()), b"<sheets>", b"<sheet"))
    assert (run.status, only(run).code) == ("refused", "damaged")


def test_one_row_with_more_cells_than_excel_has_columns(examined: Examined) -> None:
    cells = b'<c r="A1"><v>1</v></c>' * (reading.CELLS_IN_ROW + 1)
    run = examined(rewritten(saved(small()), b"</sheetData>", b"<row>" + cells + b"</row></sheetData>"))
    assert (run.status, only(run).code) == ("refused", "inflates")


def test_a_row_that_claims_an_impossible_number(examined: Examined) -> None:
    run = examined(rewritten(saved(small()), b'<row r="2"', b'<row r="999999999"'))
    assert run.status == "refused"


def test_a_hidden_sheet_is_not_read(examined: Examined) -> None:
    book = workbook(small())
    book["志愿者"].sheet_state = "hidden"
    run = examined(book)
    assert "志愿者" not in [sheet["sheet"] for sheet in run.summary]
