"""Comma-separated text as old systems export it: encoding and separator are found out, not asked for."""

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import IO, Any

from community.imports.cells import Unsaved
from community.imports.problems import Unreadable

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# GB18030 reads nearly every sequence of bytes, so UTF-8, which reads hardly any by chance, is tried before it.
ENCODINGS = ("utf-8", "gb18030")
SEPARATORS = (",", "\t", ";", "|")
MAX_COLUMNS = 64
# What systems write around digits so that a spreadsheet leaves them alone: ="0531…"
PROTECTED = re.compile(r'="([^"]*)"')


def decoded(raw: bytes) -> str:
    """The text of the file. Raises Unreadable."""
    for mark, encoding in BOMS:
        if raw.startswith(mark):
            return _read_as(encoding, raw) or _refuse()
    if b"\x00" in raw:
        _refuse()
    return next((text for encoding in ENCODINGS if (text := _read_as(encoding, raw)) is not None), None) or _refuse()


def _read_as(encoding: str, raw: bytes) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _refuse() -> str:
    raise Unreadable("encoding")


def separator_of(text: str) -> str:
    """The one that cuts the first line with anything in it into most pieces."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=lambda separator: len(next(csv.reader([line], delimiter=separator), [])))


@dataclass(frozen=True)
class Lines:
    """What ``reading.Scan`` tells of a sheet."""

    rows: int


class TextTable:
    """The whole text as one sheet without a name; iterating gives (row number, values), blank rows left out."""

    title = ""

    def __init__(self, text: str, most: int) -> None:
        self._text, self._separator = text, separator_of(text)
        rows = text.count("\n") + 1
        if rows > most:
            raise Unreadable("too_many_rows", limit=most)
        self.scan = Lines(rows)

    def __iter__(self) -> Iterator[tuple[int, tuple[Any, ...]]]:
        reader = csv.reader(StringIO(self._text, newline=""), delimiter=self._separator)
        try:
            for number, row in enumerate(reader, start=1):
                values = tuple(_value(text) for text in row[:MAX_COLUMNS])
                if any(value is not None for value in values):
                    yield number, values
        except csv.Error as error:
            raise Unreadable("damaged") from error


def _value(text: str) -> Any:
    text = text.strip()
    if found := PROTECTED.fullmatch(text):
        return found[1] or None
    if text.startswith("=") and len(text) > 1:
        return Unsaved()
    return text or None


def open_text(file: IO[bytes], most: int) -> list[TextTable]:
    return [TextTable(decoded(file.read()), most)]
