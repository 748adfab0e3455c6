"""A sheet's rows as plain values, however the program that wrote it puts them."""

import zipfile
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook

from community.imports.cells import Unsaved
from community.imports.worksheet import worksheets


def saved(rows: Iterable[Iterable[Any]], *, inline: bool = False) -> BytesIO:
    """Shared texts as Excel writes them, or (``inline``) texts in the sheet itself, as exports of platforms have them."""
    book = Workbook(write_only=inline)
    page = book.create_sheet("工单", 0)
    for row in rows:
        page.append(list(row))
    file = BytesIO()
    book.save(file)
    return file


def rewritten(file: BytesIO, old: bytes, new: bytes) -> BytesIO:
    made = BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(old, new) if name.startswith("xl/worksheets/") else content)
    return made


def rows_of(file: BytesIO, columns: int = 64) -> list[tuple[int, tuple[Any, ...]]]:
    file.seek(0)
    return list(worksheets(file)[0].rows_of(columns))


VALUES = ["JN001", 5, 2.5, True, datetime(2025, 3, 9, 1, 29), None, "#N/A"]


def test_shared_and_inline_texts_read_the_same_and_as_openpyxl_reads_them() -> None:
    for inline in (False, True):
        file = saved([VALUES], inline=inline)
        usual = next(openpyxl.load_workbook(file, data_only=True).worksheets[0].iter_rows(values_only=True))
        assert rows_of(file) == [(1, usual)]


def test_missing_cells_are_blank_and_columns_beyond_the_last_are_left_out() -> None:
    file = saved([["a", None, "c", "d"]])
    assert rows_of(file) == [(1, ("a", None, "c", "d"))]
    assert rows_of(file, 3) == [(1, ("a", None, "c"))]


def test_text_in_runs_is_one_text() -> None:
    runs = "<is><r><t>楼道</t></r><r><t>灯坏了</t></r><rPh sb='0' eb='1'><t>loudao</t></rPh></is>".encode()
    file = rewritten(saved([["x"]], inline=True), b"<is><t>x</t></is>", runs)
    assert rows_of(file) == [(1, ("楼道灯坏了",))]


def test_a_formula_never_worked_out_is_told_from_a_blank() -> None:
    ((_number, (value, beside)),) = rows_of(saved([["=1+1", "x"]]))
    assert (type(value), beside) == (Unsaved, "x")


def test_rows_without_numbers_count_on_and_a_row_told_twice_counts_once() -> None:
    file = rewritten(saved([["a"], ["b"]]), b'<row r="2"', b"<row")
    assert [number for number, _values in rows_of(file)] == [1, 2]
    file = rewritten(saved([["a"], ["b"]]), b'<row r="2"', b'<row r="1"')
    assert rows_of(file) == [(1, ("a",))]


def test_a_cell_at_the_far_end_of_a_sheet_costs_nothing() -> None:
    """A reader that unfolds the sheet to its whole rectangle would ask for hundreds of gigabytes."""
    book = Workbook()
    page = book.create_sheet("户", 0)
    page["A1"], page["BL1048576"] = "a", "z"
    file = BytesIO()
    book.save(file)
    assert rows_of(file) == [(1, ("a",)), (1_048_576, (*[None] * 63, "z"))]
