"""The same import from the command line."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from community.directory.models import Dwelling
from community.imports.models import ImportRun
from tests.imports.workbooks import saved, small
from tests.neighbourhood import Hood

pytestmark = pytest.mark.django_db


def run(path: Path, **options: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_directory", str(path), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "底册.xlsx"
    path.write_bytes(saved(small()).read())
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    sheets = small()
    sheets["房屋"][2][6] = "1994"
    path = tmp_path / "有错的底册.xlsx"
    path.write_bytes(saved(sheets).read())
    return path


def test_a_good_workbook(good: Path, hood: Hood) -> None:
    out, _ = run(good, community=hood.community.code)
    assert "房屋: 2 rows, 2 new" in out
    assert ImportRun.objects.get().received_by is None


def test_a_bad_one_is_refused_with_the_list_of_errors(bad: Path, hood: Hood) -> None:
    err = StringIO()
    with pytest.raises(CommandError, match="nothing was imported: 2 errors"):
        call_command("import_directory", str(bad), community=hood.community.code, stdout=StringIO(), stderr=err)
    assert "房屋 第 3 行 联系电话 1994" in err.getvalue()
    assert not Dwelling.objects.filter(building__estate__name="花园小区").exists()


def test_good_rows_only(bad: Path, hood: Hood) -> None:
    _, err = run(bad, community=hood.community.code, good_rows=True)
    assert "房屋 第 3 行" in err
    assert Dwelling.objects.filter(building__estate__name="花园小区").count() == 1


def test_in_somebodys_name_only_what_they_may(good: Path, hood: Hood) -> None:
    with pytest.raises(CommandError, match="不能向这个社区"):
        run(good, community=hood.community.code, username=hood.worker.username)
    run(good, community=hood.community.code, username=hood.staff.username)
    assert ImportRun.objects.get().applied_by == hood.staff


@pytest.mark.parametrize("content", [b"MZ\x90", b"", b"PK\x03\x04"])
def test_what_is_no_workbook_ends_with_a_sentence(tmp_path: Path, hood: Hood, content: bytes) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(CommandError, match="。"):
        run(path, community=hood.community.code)


def test_wrong_arguments(good: Path, tmp_path: Path, hood: Hood) -> None:
    with pytest.raises(CommandError, match="no community"):
        run(good, community="000000000000")
    with pytest.raises(CommandError, match="no file"):
        run(tmp_path / "none.xlsx", community=hood.community.code)
    with pytest.raises(CommandError, match="no active account"):
        run(good, community=hood.community.code, username="nobody")
