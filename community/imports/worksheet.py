"""One sheet of an open workbook as rows of plain values, parsed once.

openpyxl would parse a sheet up to three times (for its size, its values, its formulas) and build objects for every text
that stands in the sheet itself, as exports of other platforms have them.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import FORMULA_TAG, INLINE_STRING, ROW_TAG, VALUE_TAG
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from community.imports.cells import Unsaved

TEXT_TAG, RUN_TAG = f"{{{SHEET_MAIN_NS}}}t", f"{{{SHEET_MAIN_NS}}}r"
Values = tuple[Any, ...]


class Worksheet(ReadOnlyWorksheet):
    """Its declared size is not asked for: it may be wrong, or a trap, and where there is none all would be parsed."""

    def _get_size(self) -> None:
        return

    def rows_of(self, columns: int) -> Iterator[tuple[int, Values]]:
        """Number and values of every row that has cells, each with at most so many columns."""
        read, number = _reader(self), 0
        with self._get_source() as source:
            for _event, element in iterparse(source):
                if element.tag != ROW_TAG:
                    continue
                at = int(float(element.get("r", number + 1)))
                if at > number:  # a row told twice counts once
                    number = at
                    yield number, _values(element, columns, read)
                element.clear()


class Reader(ExcelReader):
    """openpyxl's own way of opening, with sheets that are read here; charts are passed by."""

    def read_worksheets(self) -> None:
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "chartsheet" not in relation.Type:
                found = Worksheet(self.wb, sheet.name, relation.target, self.shared_strings)
                found.sheet_state = sheet.state
                self.wb._sheets.append(found)


def worksheets(file: Any) -> list[Worksheet]:
    """The sheets of a workbook in order, hidden ones too."""
    reader = Reader(file, read_only=True, data_only=True, keep_links=False)
    reader.read()
    return list(reader.wb.worksheets)


def _values(row: Element, columns: int, read: Callable[[Element], Any]) -> Values:
    values: list[Any] = []
    for cell in row:
        reference = cell.get("r")
        place = _column(reference.rstrip("0123456789")) if reference else len(values) + 1
        if place > columns:
            break
        values += [None] * (place - len(values))
        values[place - 1] = read(cell)
    return tuple(values)


@cache
def _column(letters: str) -> int:
    return int(column_index_from_string(letters))


def _reader(sheet: Worksheet) -> Callable[[Element], Any]:
    """How a cell of this workbook becomes a value."""
    strings, book = sheet._shared_strings, sheet.parent

    def number(text: str, cell: Element) -> Any:
        value = float(text) if "." in text or "E" in text or "e" in text else int(text)
        style = int(cell.get("s", 0))
        if style not in book._date_formats:
            return value
        try:
            return from_excel(value, book.epoch, timedelta=style in book._timedelta_formats)
        except (OverflowError, ValueError):
            return "#VALUE!"

    kinds: dict[str, Callable[[str, Element], Any]] = {
        "n": number,
        "s": lambda text, cell: strings[int(text)],
        "b": lambda text, cell: bool(int(text)),
        "d": lambda text, cell: from_ISO8601(text),
    }

    def read(cell: Element) -> Any:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _text(cell.find(INLINE_STRING))
        text = cell.findtext(VALUE_TAG)
        if text:
            return kinds[kind](text, cell) if kind in kinds else text
        return Unsaved() if cell.find(FORMULA_TAG) is not None else None

    return read


def _text(told: Element | None) -> str | None:
    """A text in the cell itself: plain, or in runs; how it is to be read aloud (``rPh``) is left out."""
    if told is None:
        return None
    runs = [told.findtext(TEXT_TAG), *(run.findtext(TEXT_TAG) for run in told.iter(RUN_TAG))]
    return "".join(run for run in runs if run)
