"""Streaming through a workbook: sheets, their header line and their rows, with bounded memory."""

import logging
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import openpyxl
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from community.imports.cells import Covered, Unsaved
from community.imports.container import ZIP
from community.imports.problems import Unreadable
from community.imports.text import TextTable, open_text

logger = logging.getLogger(__name__)
MAX_ROWS = 200_000
MAX_COLUMNS = 64
CELLS_IN_ROW = 16_384  # Excel has no more columns; the parser holds one row at a time
LAST_ROW = 1_048_576
MAX_MERGED = 20_000
CHUNK = 1 << 20
ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)[\s>/]")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')

Values = tuple[Any, ...]
Bounds = tuple[int, int, int, int, str]


class Scan:
    """What the parser does not tell: number of rows, merged ranges, whether there are formulas. Read from the bytes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.rows, self.formulas, self._cells = 0, False, 0
        self.merged: list[Bounds] = []
        rest = b""
        while chunk := stream.read(CHUNK):
            text = rest + chunk
            cut = text.rfind(b"<")  # a tag is looked at only when it is whole
            self._look(text[:cut])
            rest = text[cut:] if len(text) - cut < CHUNK else b""
        self._look(rest)
        self.merged.sort(key=lambda bounds: bounds[1])

    def _look(self, text: bytes) -> None:
        for found in ROW_OR_CELL.finditer(text):
            self._count(found[1] == b"row")
        self.formulas = self.formulas or FORMULA.search(text) is not None
        for found in MERGED.finditer(text):
            if len(self.merged) < MAX_MERGED:
                reference = found[1].decode()
                self.merged.append((*range_boundaries(reference), reference))

    def _count(self, row: bool) -> None:
        self.rows += row
        self._cells = 0 if row else self._cells + 1
        if self._cells > CELLS_IN_ROW:
            raise Unreadable("inflates")


class Table:
    """One sheet of an open workbook; iterating gives (row number, values), blank rows left out."""

    def __init__(self, sheet: ReadOnlyWorksheet, scan: Scan, formulas: ReadOnlyWorksheet | None) -> None:
        self.title: str = sheet.title
        self.scan, self._sheet, self._formulas = scan, sheet, formulas

    def __iter__(self) -> Iterator[tuple[int, Values]]:
        with explained():
            yield from self._rows()

    def _rows(self) -> Iterator[tuple[int, Values]]:
        open_ranges: list[Bounds] = []
        coming = iter([*self.scan.merged, None])
        following = next(coming)
        for number, values in enumerate(self._values(), start=1):
            while following and following[1] <= number:
                open_ranges.append(following)
                following = next(coming)
            if open_ranges:
                open_ranges = [bounds for bounds in open_ranges if bounds[3] >= number]
                values = _cover(number, values, open_ranges)
            if any(value is not None and not isinstance(value, Covered) for value in values):
                yield number, values
            if number >= LAST_ROW:
                return

    def _values(self) -> Iterator[Values]:
        rows = self._sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS)
        if self._formulas is None:
            yield from rows
            return
        for values, cells in zip(rows, self._formulas.iter_rows(max_col=MAX_COLUMNS), strict=True):
            yield tuple(
                Unsaved() if value is None and cell.data_type == "f" else value
                for value, cell in zip(values, cells, strict=True)
            )


def _cover(number: int, values: Values, ranges: list[Bounds]) -> Values:
    covered = list(values)
    for left, top, right, _bottom, reference in ranges:
        for column in range(left, min(right, len(covered)) + 1):
            if (column, number) != (left, top):
                covered[column - 1] = Covered(reference)
    return tuple(covered)


@contextmanager
def open_tables(file: IO[bytes]) -> Iterator["list[Table] | list[TextTable]"]:
    """The visible sheets of a file that ``check_container`` let pass; a text is one sheet. Raises Unreadable."""
    zipped = file.read(len(ZIP)) == ZIP
    file.seek(0)
    if not zipped:
        yield open_text(file, MAX_ROWS)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and validations that no import needs
        with explained():
            tables = _tables(file)
        yield tables


def _tables(file: IO[bytes]) -> list[Table]:
    values = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    sheets = [
        sheet for sheet in values.worksheets if isinstance(sheet, ReadOnlyWorksheet) and sheet.sheet_state == "visible"
    ]
    scans = [_scan(values._archive, sheet) for sheet in sheets]
    if sum(scan.rows for scan in scans) > MAX_ROWS:
        raise Unreadable("too_many_rows", limit=MAX_ROWS)
    raw: dict[str, ReadOnlyWorksheet] = {}
    if any(scan.formulas for scan in scans):
        written = openpyxl.load_workbook(file, read_only=True, keep_links=False)
        raw = {sheet.title: sheet for sheet in written.worksheets}
    for sheet in [*sheets, *raw.values()]:
        sheet.reset_dimensions()  # the declared size may be wrong, or a trap
    pairs = zip(sheets, scans, strict=True)
    return [Table(sheet, scan, raw[sheet.title] if scan.formulas else None) for sheet, scan in pairs]


def _scan(archive: zipfile.ZipFile, sheet: ReadOnlyWorksheet) -> Scan:
    with archive.open(sheet._worksheet_path) as stream:
        return Scan(stream)


@contextmanager
def explained() -> Iterator[None]:
    """A file can be broken in more ways than openpyxl has exceptions; each of them means: damaged."""
    try:
        yield
    except Unreadable:
        raise
    except Exception as error:
        logger.warning("a workbook could not be read: %s", type(error).__name__, exc_info=True)
        raise Unreadable("damaged") from error
