"""What is not a safe workbook is turned away before any parser sees it, in a clear sentence."""

import zipfile
from io import BytesIO

import pytest

from community.imports import container
from community.imports.container import check_container
from community.imports.problems import Unreadable
from tests.imports.workbooks import saved, small


def refused(file: BytesIO, name: str = "底册.xlsx") -> str:
    with pytest.raises(Unreadable) as error:
        check_container(file, name)
    return error.value.code


def with_member(name: str, content: bytes) -> BytesIO:
    """A good workbook with one more member."""
    out = saved(small())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out


def test_a_good_workbook_passes_and_is_rewound() -> None:
    file = saved(small())
    check_container(file, "底册.XLSX")
    assert file.tell() == 0


def test_a_renamed_program_is_named_as_such() -> None:
    assert refused(BytesIO(b"MZ\x90\x00" + b"\x00" * 500)) == "program"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old_xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"<html><table></table></html>", "not_workbook"),
        ("小区,楼栋".encode(), "not_workbook"),
        (b"PK\x03\x04 torn off", "damaged"),
    ],
)
def test_other_files_under_the_name_of_a_workbook(content: bytes, code: str) -> None:
    assert refused(BytesIO(content)) == code


def test_other_extensions() -> None:
    assert refused(BytesIO(b"PK\x03\x04"), "底册.csv") == "extension"
    assert refused(BytesIO(b"PK\x03\x04"), "底册") == "extension"


def test_any_zip_is_not_a_workbook() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("photo.txt", "x")
    assert refused(out) == "not_workbook"


def test_macros() -> None:
    assert refused(with_member("xl/vbaProject.bin", b"x")) == "macros"


def test_a_small_file_that_inflates_to_more_than_200_mb() -> None:
    bomb = with_member("xl/worksheets/sheet99.xml", b"0" * (201 * 1024 * 1024))
    assert bomb.getbuffer().nbytes < 1024 * 1024
    assert refused(bomb) == "inflates"


def test_one_member_that_shrinks_too_well() -> None:
    assert refused(with_member("xl/worksheets/sheet99.xml", b"0" * (40 * 1024 * 1024))) == "inflates"


def test_a_member_held_in_memory_has_a_limit_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "MAX_HELD", 1000)
    assert refused(with_member("xl/extra.xml", bytes(range(256)) * 5)) == "inflates"


def test_too_big_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "MAX_BYTES", 1000)
    assert refused(saved(small())) == "too_big"
