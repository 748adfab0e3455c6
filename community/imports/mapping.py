"""Saying what the columns of a foreign file mean: its header line, and the form with one choice per column."""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.imports.cells import shown
from community.imports.examining import HEADER_WITHIN, names_of, read_header, signature
from community.imports.models import ImportRun
from community.imports.reading import Values, open_tables
from community.imports.sheets import Sheet, plain_name


@dataclass(frozen=True)
class Column:
    """One column of the file: what it is called, what stands in its first row, and what it was last taken for."""

    plain: str
    title: str
    example: str
    cell: str


@dataclass(frozen=True)
class Foreign:
    """The header line of a file."""

    sheet: Sheet
    signature: str
    columns: list[Column]


def header_of(run: ImportRun) -> Foreign | None:
    """The line that most looks like a header; None where the file has no sheet that could be read."""
    with run.file.open("rb") as file, open_tables(file) as tables:
        for table in tables:
            sheet = run.kind.sheet_called(table.title, alone=len(tables) == 1)
            top = [values for _number, values in islice(iter(table), HEADER_WITHIN + 1)]
            if sheet and top:
                return _foreign(sheet, top, run)
    return None


def _foreign(sheet: Sheet, top: list[Values], run: ImportRun) -> Foreign:
    maps = run.maps
    at = max(range(len(top)), key=lambda n: (len(read_header(sheet, n, top[n], maps)[0].places), _texts(top[n]), -n))
    line, below = top[at], top[at + 1] if at + 1 < len(top) else ()
    known = names_of(sheet) | maps.get(signature(line), {})
    columns: dict[str, Column] = {}
    for place, value in enumerate(line):
        if isinstance(value, str) and (plain := plain_name(value)):
            example = _veiled(shown(below[place], 24)) if place < len(below) else ""
            columns.setdefault(plain, Column(plain, value.strip()[:40], example, known.get(plain, "")))
    return Foreign(sheet, signature(line), list(columns.values()))


def _texts(values: Values) -> int:
    return sum(isinstance(value, str) for value in values)


def _veiled(text: str) -> str:
    """Enough to tell a column by, too little to tell a person by: long numbers lose their middle."""
    return re.sub(r"(\d{3})\d{4,}(\d{2})", r"\1****\2", text)


class ColumnsForm(forms.Form):
    """One choice per column of the file."""

    source = forms.CharField(
        label=_("来源名称"), max_length=60, help_text=_("下次同样表头的文件会自动按这里的设定读取。")
    )

    def __init__(self, *args: Any, foreign: Foreign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.foreign = foreign
        cells = foreign.sheet.cells
        choices = [("", gettext("不导入")), *((name, cell.header) for name, cell in cells.items())]
        for place, column in enumerate(foreign.columns):
            words = gettext("例如：%(example)s") % {"example": column.example} if column.example else ""
            self.fields[f"column{place}"] = forms.ChoiceField(
                label=column.title, choices=choices, required=False, initial=column.cell, help_text=words
            )

    @property
    def columns(self) -> dict[str, str]:
        return {column.plain: self.cleaned_data[f"column{place}"] for place, column in enumerate(self.foreign.columns)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            self._check(self.columns)
        return cleaned

    def _check(self, columns: dict[str, str]) -> None:
        cells = self.foreign.sheet.cells
        given = [name for name in columns.values() if name]
        twice = sorted({cells[name].header for name in given if given.count(name) > 1})
        missing = [cell.header for name, cell in cells.items() if cell.required and name not in given]
        if twice:
            raise ValidationError(_("“%(names)s”选了两次，请只留一列。"), params={"names": gettext("、").join(twice)})
        if missing:
            raise ValidationError(_("还缺必填的列：%(names)s。"), params={"names": gettext("、").join(missing)})
