"""Streaming through a workbook: sheets, their header line and their rows, with bounded memory."""

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from openpyxl.utils.cell import range_boundaries

from community.imports.cells import Covered
from community.imports.container import ZIP
from community.imports.problems import Unreadable
from community.imports.text import TextTable, open_text
from community.imports.worksheet import Values, Worksheet, worksheets

logger = logging.getLogger(__name__)
MAX_ROWS = 200_000
MAX_COLUMNS = 64
CELLS_IN_ROW = 16_384  # Excel has no more columns; the parser holds one row at a time
LAST_ROW = 1_048_576
MAX_MERGED = 20_000
CHUNK = 1 << 20
ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)[\s>/]")
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')

Bounds = tuple[int, int, int, int, str]


class Scan:
    """What the parser does not tell: number of rows, merged ranges. Read from the bytes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.rows, self._cells = 0, 0
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

    def __init__(self, sheet: Worksheet, scan: Scan) -> None:
        self.title: str = sheet.title
        self.scan, self._sheet = scan, sheet

    def __iter__(self) -> Iterator[tuple[int, Values]]:
        with explained():
            yield from self._rows()

    def _rows(self) -> Iterator[tuple[int, Values]]:
        open_ranges: list[Bounds] = []
        coming = iter([*self.scan.merged, None])
        following = next(coming)
        for number, values in self._sheet.rows_of(MAX_COLUMNS):
            if number > LAST_ROW:
                raise Unreadable("damaged")
            while following and following[1] <= number:
                open_ranges.append(following)
                following = next(coming)
            if open_ranges:
                open_ranges = [bounds for bounds in open_ranges if bounds[3] >= number]
                values = _cover(number, values, open_ranges)
            if any(value is not None and not isinstance(value, Covered) for value in values):
                yield number, values


def _cover(number: int, values: Values, ranges: list[Bounds]) -> Values:
    covered = [*values, *[None] * (MAX_COLUMNS - len(values))]
    for left, top, right, _bottom, reference in ranges:
        for column in range(left, min(right, MAX_COLUMNS) + 1):
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
    sheets = [sheet for sheet in worksheets(file) if sheet.sheet_state == "visible"]
    scans = [_scan(sheet) for sheet in sheets]
    if sum(scan.rows for scan in scans) > MAX_ROWS:
        raise Unreadable("too_many_rows", limit=MAX_ROWS)
    return [Table(sheet, scan) for sheet, scan in zip(sheets, scans, strict=True)]


def _scan(sheet: Worksheet) -> Scan:
    with sheet._get_source() as stream:
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
