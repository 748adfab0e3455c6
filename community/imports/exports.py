"""Workbooks that the hub hands out: the wrong rows to be mended and uploaded again, and a blank template."""

import re
from collections import defaultdict
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from community.imports.cells import Covered, Unsaved
from community.imports.examining import GUIDE, REMARK, read_header
from community.imports.models import Finding, ImportRun
from community.imports.planning import Maps
from community.imports.reading import Table, Values, open_tables
from community.imports.sheets import Profile, Sheet
from community.imports.text import TextTable

WRONG = PatternFill("solid", fgColor="FFF4C7C3")
HEAD = PatternFill("solid", fgColor="FFEFE7DA")
BOLD = Font(bold=True)

Marks = dict[int, list[Finding]]


def wrong_rows(run: ImportRun) -> bytes:
    """The rows that were kept out, as they were given, with their wrong cells coloured and a column that says why."""
    marks: dict[str, Marks] = defaultdict(lambda: defaultdict(list))
    for finding in run.findings.errors().exclude(row=None):
        marks[finding.sheet][finding.row or 0].append(finding)
    book = Workbook(write_only=True)
    with run.file.open("rb") as file, open_tables(file) as tables:
        for table in tables:
            sheet = run.kind.sheet_called(table.title, alone=len(tables) == 1)
            if sheet and sheet.name in marks:
                _copy(book, sheet, table, marks.pop(sheet.name), run.maps)
    if not book.worksheets:
        book.create_sheet(str(_("没有错误的行")))
    return _saved(book)


def _copy(book: Workbook, sheet: Sheet, table: Table | TextTable, marks: Marks, maps: Maps) -> None:
    page = book.create_sheet(sheet.name)
    header: dict[str, int] = {}
    width = 0
    for number, values in table:
        candidate, _unknown = read_header(sheet, number, values, maps)
        if not header and len(candidate.places) >= min(2, len(sheet.cells)):
            header = {candidate.titles[name]: place for name, place in candidate.places.items()}
            width = max(place for place, value in enumerate(values, start=1) if value is not None)
            page.append([*(_cell(page, value, fill=HEAD) for value in values[:width]), _cell(page, REMARK, fill=HEAD)])
        elif number in marks:
            page.append(_marked(page, _as_wide(values, width), marks[number], header))


def _as_wide(values: Values, width: int) -> Values:
    """A row ends where its last cell is; the reasons stand in one column."""
    return (*values[:width], *[None] * (width - len(values)))


def _marked(page: Any, values: Values, findings: list[Finding], header: dict[str, int]) -> list[WriteOnlyCell]:
    wrong = {header.get(finding.column) for finding in findings}
    words = "；".join(f"{finding.column}：{finding.reason}{finding.advice}" for finding in findings)
    cells = [_cell(page, value, fill=WRONG if place in wrong else None) for place, value in enumerate(values)]
    return [*cells, _cell(page, words)]


def _cell(page: Any, value: Any, fill: PatternFill | None = None) -> WriteOnlyCell:
    """Text stays text: what starts with “=” must not become a formula on somebody's desk."""
    value = None if isinstance(value, Covered | Unsaved) else value
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell = WriteOnlyCell(page, value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.number_format = "@"
    if fill:
        cell.fill = fill
    return cell


def template(profile: Profile) -> bytes:
    """A blank workbook with the right sheets and headers, text columns kept as text, and a sheet that explains them."""
    book = Workbook()
    book.remove(book.active)
    for sheet in profile.sheets:
        page = book.create_sheet(sheet.name)
        page.freeze_panes = "A2"
        for place, cell in enumerate(sheet.cells.values(), start=1):
            _headed(page, place, cell.header, f"{cell.header}*" if cell.required else cell.header, cell.example)
    _explain(book, profile)
    return _saved(book)


def _headed(page: Any, place: int, name: str, title: str, example: str) -> None:
    head = page.cell(1, place, title)
    head.font, head.fill = BOLD, HEAD
    if example:
        head.comment = Comment(_("例如 %(example)s") % {"example": example}, "睦邻")
    column = page.column_dimensions[get_column_letter(place)]
    column.width = max(12, 2 * len(name) + 6)
    if not re.search("人口|户数|数$|年份|面积|小时", name):
        column.number_format = "@"


def _explain(book: Workbook, profile: Profile) -> None:
    page = book.create_sheet(GUIDE)
    page.append([_("工作表"), _("列"), _("是否必填"), _("例子"), _("说明")])
    for cell in page[1]:
        cell.font, cell.fill = BOLD, HEAD
    for sheet in profile.sheets:
        for place, column in enumerate(sheet.cells.values()):
            note = str(sheet.note) if place == 0 else ""
            page.append([sheet.name, column.header, _("必填") if column.required else "", column.example, note])
    for letter, width in zip("ABCDE", (12, 16, 10, 28, 60), strict=True):
        page.column_dimensions[letter].width = width
    for row in page.iter_rows(min_row=2, min_col=5, max_col=5):
        row[0].alignment = Alignment(wrap_text=True)


def _saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()
