"""Fixtures of the import tests."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from community.imports.models import ImportRun
from tests.imports.workbooks import Rows, saved
from tests.neighbourhood import Hood

NOW = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """Every test keeps its files to itself."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def examined(hood: Hood) -> Callable[..., ImportRun]:
    """Receive and examine a workbook for our community."""

    def examine(book: Workbook | BytesIO | dict[str, Rows], by: Any = None) -> ImportRun:
        file = book if isinstance(book, BytesIO) else saved(book)
        run = ImportRun.receive(file, name="底册.xlsx", community=hood.community, by=by, now=NOW)
        return run.examine(now=NOW)

    return examine


@pytest.fixture
def imported(examined: Callable[..., ImportRun]) -> Callable[..., ImportRun]:
    """The whole way; wrong rows are left out."""

    def go(book: Workbook | BytesIO | dict[str, Rows], by: Any = None, mode: str = "good_rows") -> ImportRun:
        return examined(book, by).order(mode=mode, by=by, now=NOW).apply(now=NOW)

    return go


def found(run: ImportRun, *, hints: bool = False) -> list[tuple[str, int | None, str, str]]:
    """(sheet, row, column, code) of the run's findings."""
    rows = run.findings.filter(hint=hints)
    return list(rows.values_list("sheet", "row", "column", "code"))
