"""Going through a workbook row by row: what is wrong, and what would be written."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from hashlib import sha256
from itertools import chain, islice
from typing import Any

from community.access.masking import mask_name, mask_phone
from community.imports.cells import Cell, Covered, Phone, shown
from community.imports.planning import Maps, Plan
from community.imports.problems import Problem, Unreadable, Wrong
from community.imports.reading import Table, Values
from community.imports.sheets import Row, Sheet, plain_name
from community.imports.text import TextTable

HEADER_WITHIN = 10
SAMPLE_ROWS = 5
REMARK = "错误说明"
GUIDE = "填写说明"
Progress = Callable[[int, int], None]


@dataclass
class Summary:
    """The counts of one sheet, and its first rows as they would be read (personal data masked)."""

    sheet: str
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    wrong: int = 0
    columns: list[str] = field(default_factory=list)
    sample: list[list[str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Header:
    """Where the header line is, and which column (from 0) holds which cell."""

    line: int
    places: dict[str, int]
    titles: dict[str, str]


def signature(values: Values) -> str:
    """By which a header line is known again: the same titles in the same order come from the same source."""
    titles = "|".join(
        plain_name(value) for value in values if isinstance(value, str) and not isinstance(value, Covered)
    )
    return sha256(titles.encode()).hexdigest()


def names_of(sheet: Sheet) -> dict[str, str]:
    """Which cell a plain title stands for."""
    return {plain_name(title): name for name, cell in sheet.cells.items() for title in (cell.header, *cell.aliases)}


def read_header(sheet: Sheet, number: int, values: Values, maps: "Maps | None" = None) -> tuple[Header, list[str]]:
    """The line as a header of the sheet, and the titles in it that mean nothing here or stand there twice."""
    names = names_of(sheet)
    said = (maps or {}).get(signature(values), {}) if maps else {}
    # What the source calls otherwise: its own column of the usual name no longer counts.
    names = {title: name for title, name in names.items() if name not in said.values()} | said
    header, unknown = Header(number, {}, {}), []
    for place, value in enumerate(values):
        name = names.get(plain_name(value)) if not isinstance(value, Covered) else None
        if name in header.places:
            unknown.append(sheet.cells[name].header)
        elif name:
            header.places[name], header.titles[name] = place, sheet.cells[name].header
        elif plain_name(value) and not isinstance(value, Covered) and plain_name(value) not in said:
            unknown.append(shown(value, 40))
    return header, unknown


class Examination:
    """One pass over a workbook. ``problems`` are in order of sheet and row; ``plan`` holds the good rows."""

    def __init__(self, plan: Plan, progress: Progress = lambda done, total: None) -> None:
        self.plan, self.profile, self.progress = plan, plan.profile, progress
        self.problems: list[Problem] = []
        self.summaries: list[Summary] = []
        self.done = self.total = 0

    def run(self, tables: "Sequence[Table | TextTable]") -> None:
        """Raises Unreadable when nothing in the workbook can be used."""
        self.total = sum(table.scan.rows for table in tables)
        found = self._assign(tables)
        for sheet in self.profile.sheets:
            if sheet.name in found:
                self._examine(sheet, found[sheet.name])
        if not any(summary.rows for summary in self.summaries) and not self.errors:
            raise Unreadable("no_rows")
        self.problems += self.plan.hints

    @property
    def errors(self) -> int:
        return sum(not problem.hint for problem in self.problems)

    def _assign(self, tables: "Sequence[Table | TextTable]") -> "dict[str, Table | TextTable]":
        found: dict[str, Table | TextTable] = {}
        strangers: list[Table | TextTable] = []
        for table in tables:
            sheet = self.profile.sheet_called(table.title, alone=len(tables) == 1)
            if sheet and sheet.name not in found:
                found[sheet.name] = table
            else:
                strangers.append(table)
        self._report_strangers(strangers, found)
        if not found:
            expected = "、".join(sheet.name for sheet in self.profile.sheets)
            similar = [problem for problem in self.problems if problem.code == "unknown_sheet"]
            if not similar:
                raise Unreadable("no_sheet", found="、".join(table.title for table in tables), expected=expected)
        return found

    def _report_strangers(self, strangers: "list[Table | TextTable]", found: "dict[str, Table | TextTable]") -> None:
        missing = [sheet.name for sheet in self.profile.sheets if sheet.name not in found]
        for table in strangers:
            similar = _similar_name(table.title, missing) if table.scan.rows > 1 else None
            if similar:
                missing.remove(similar)
                self._note("unknown_sheet", sheet=table.title, found=table.title, similar=similar)
            elif table.scan.rows and table.title != GUIDE:
                self._note("ignored_sheet", sheet=table.title, hint=True, found=table.title)
        for name in missing:
            self._note("missing_sheet", sheet=name, hint=True)

    def _examine(self, sheet: Sheet, table: "Table | TextTable") -> None:
        summary = Summary(sheet.name)
        rows = iter(table)
        top = list(islice(rows, HEADER_WITHIN))
        header = self._header(sheet, top)
        if header is None:
            return
        self.summaries.append(summary)
        below = (row for row in top if row[0] > header.line)
        SheetPass(self, sheet, header, summary).run(chain(below, rows))
        sheet.finish(self.plan)

    def _header(self, sheet: Sheet, top: list[tuple[int, Values]]) -> Header | None:
        """The line among the first ten with most known titles; None when required columns are missing."""
        if not top:
            return None
        candidates = [read_header(sheet, number, values, self.plan.maps) for number, values in top]
        best, leftovers = max(candidates, key=lambda candidate: len(candidate[0].places))
        if len(best.places) < min(2, len(sheet.cells)):
            self._note("no_header", sheet=sheet.name, expected="、".join(cell.header for cell in sheet.cells.values()))
            return None
        return best if self._complete(sheet, best, leftovers) else None

    def _complete(self, sheet: Sheet, header: Header, leftovers: list[str]) -> bool:
        complete = True
        twice = {title for title in leftovers if title in header.titles.values()}
        for title in sorted(twice):
            self._note("double_column", sheet=sheet.name, column=title, at=title)
            complete = False
        for name, cell in sheet.cells.items():
            if cell.required and name not in header.places:
                complete = False
                self._report_missing(sheet, cell, leftovers)
        for title in leftovers:
            if title not in twice and title != REMARK:
                self._note("ignored_column", sheet=sheet.name, column=title, at=title, hint=True)
        return complete

    def _report_missing(self, sheet: Sheet, cell: Cell, leftovers: list[str]) -> None:
        similar = _similar_name(cell.header, leftovers)
        if similar:
            leftovers.remove(similar)
            self._note("missing_column_similar", sheet=sheet.name, column=cell.header, at=cell.header, similar=similar)
        else:
            self._note("missing_column", sheet=sheet.name, column=cell.header, at=cell.header)

    def _note(self, code: str, *, sheet: str = "", at: str = "", hint: bool = False, **params: Any) -> None:
        if code == "missing_sheet":
            params["sheet"] = sheet
        self.problems.append(Problem(code, params, sheet=sheet, column=at, hint=hint))


class SheetPass:
    """The rows of one sheet."""

    def __init__(self, examination: Examination, sheet: Sheet, header: Header, summary: Summary) -> None:
        self.examination, self.plan = examination, examination.plan
        self.sheet, self.header, self.summary = sheet, header, summary
        self.seen: dict[Hashable, int] = {}
        self.counts: Counter[str] = Counter()
        summary.columns = [cell.header for name, cell in sheet.cells.items() if name in header.places]

    def run(self, rows: Iterator[tuple[int, Values]]) -> None:
        for number, values in rows:
            self._take(number, values)
            self.examination.done += 1
            if self.examination.done % 200 == 0:
                self.examination.progress(self.examination.done, self.examination.total)
        self.summary.rows = self.counts.total()
        for outcome in ("new", "changed", "unchanged", "wrong"):
            setattr(self.summary, outcome, self.counts[outcome])

    def _take(self, number: int, values: Values) -> None:
        given = {name: values[place] for name, place in self.header.places.items() if place < len(values)}
        if all(value is None or isinstance(value, Covered) for value in given.values()):
            return
        row, good = self._cleaned(number, given)
        if row.number and len(self.summary.sample) < SAMPLE_ROWS:
            self.summary.sample.append(self._sample(given))
        outcome = self._placed(row, given) if good else "wrong"
        if outcome == "wrong":
            self._remember_faulty(row, good)
        self.counts[outcome] += 1

    def _cleaned(self, number: int, given: dict[str, Any]) -> tuple[Row, bool]:
        cleaned: dict[str, Any] = {}
        merged_told = False
        for name, value in given.items():
            try:
                cleaned[name] = self.sheet.cells[name].clean(value)
            except Wrong as wrong:
                if wrong.code != "merged" or not merged_told:
                    self._problem(number, name, value, wrong)
                merged_told = merged_told or wrong.code == "merged"
        return Row(self.sheet, number, cleaned), len(cleaned) == len(given)

    def _placed(self, row: Row, given: dict[str, Any]) -> str:
        before = self.plan.touched
        try:
            self._check_duplicate(row)
            main = self.sheet.place(row, self.plan)
        except Wrong as wrong:
            self._problem(row.number, wrong.column, given.get(wrong.column), wrong)
            return "wrong"
        if self.plan.touched == before:
            return "unchanged"
        return "new" if self.plan.is_new(main) else "changed"

    def _check_duplicate(self, row: Row) -> None:
        identity = self.sheet.identity(row)
        if identity is None:
            return
        first = self.seen.setdefault(identity, row.number)
        if first != row.number:
            raise Wrong("duplicate", row=first)

    def _remember_faulty(self, row: Row, good: bool) -> None:
        """So that rows of later sheets can say which row they wait for."""
        if good or all(name in row.values for name, cell in self.sheet.cells.items() if cell.required):
            self.plan.faulty.setdefault((self.sheet.name, self.sheet.identity(row)), row.number)

    def _problem(self, number: int, name: str, value: Any, wrong: Wrong) -> None:
        title = self.header.titles.get(name, self.sheet.cells[name].header if name else "")
        self.examination.problems.append(
            Problem(wrong.code, wrong.params, sheet=self.sheet.name, row=number, column=title, value=shown(value))
        )

    def _sample(self, given: dict[str, Any]) -> list[str]:
        cells = ((self.sheet.cells[name], given.get(name)) for name in self.sheet.cells if name in self.header.places)
        return [_masked(cell, shown(value, 40)) for cell, value in cells]


def _masked(cell: Cell, text: str) -> str:
    if not cell.personal or not text:
        return text
    if isinstance(cell, Phone):
        return mask_phone(text)
    return "＊＊" if cell.blank == "clear" else mask_name(text)


def _similar_name(title: str, names: list[str]) -> str | None:
    plain = plain_name(title)
    for name in names:
        if plain and plain_name(name) and (plain_name(name) in plain or plain in plain_name(name)):
            return name
    return next(iter(get_close_matches(title, names, n=1, cutoff=0.5)), None)
