"""Is an uploaded file really a workbook, and one that is safe to open? Decided before any parser sees it."""

import re
import zipfile
from pathlib import PurePath
from typing import IO

from community.imports.problems import Unreadable
from community.imports.text import decoded

MAX_BYTES = 10 * 1024 * 1024
MAX_INFLATED = 200 * 1024 * 1024
MAX_RATIO = 200  # a member of large size that shrinks more than this was made to harm
RATIO_FROM = 10 * 1024 * 1024
MAX_MEMBERS = 2_000
# Members that the parser holds in memory as a whole; sheets themselves are read as a stream.
MAX_HELD = 50 * 1024 * 1024

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PROGRAMS = (b"MZ", b"\x7fELF", b"#!")
SHEET = re.compile(r"^xl/worksheets/[^/]+\.xml$")


def check_container(file: IO[bytes], name: str, *, text: bool = False) -> None:
    """Raise Unreadable unless ``file`` is an unencrypted .xlsx of reasonable size without macros, or (``text``) a .csv
    that is text indeed."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in (".xlsx", ".xls", ".xlsm", *([".csv"] if text else [])):
        raise Unreadable("extension_text" if text else "extension")
    file.seek(0, 2)
    size = file.tell()
    if not size:
        raise Unreadable("empty_file")
    if size > MAX_BYTES:
        raise Unreadable("too_big", limit=MAX_BYTES // 1024**2)
    file.seek(0)
    if suffix == ".csv":
        _check_text(file)
    else:
        _check_signature(file)
        _check_archive(file)
    file.seek(0)


def _check_text(file: IO[bytes]) -> None:
    head = file.read(len(OLE))
    if head.startswith(PROGRAMS):
        raise Unreadable("program")
    if head.startswith((ZIP, OLE)):
        raise Unreadable("not_text")
    decoded(head + file.read())


def _check_signature(file: IO[bytes]) -> None:
    head = file.read(8)
    if head.startswith(ZIP):
        return
    if head.startswith(PROGRAMS):
        raise Unreadable("program")
    if head == OLE:
        raise Unreadable("encrypted" if "EncryptedPackage".encode("utf-16-le") in head + file.read() else "old_xls")
    raise Unreadable("not_workbook")


def _check_archive(file: IO[bytes]) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable("damaged") from error
    names = {member.filename for member in members}
    if any(member.flag_bits & 1 for member in members):
        raise Unreadable("encrypted")
    _check_sizes(members)
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Unreadable("macros")
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        raise Unreadable("not_workbook")


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    """The sizes that the archive declares are also the most that zipfile ever unpacks of a member."""
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_INFLATED:
        raise Unreadable("inflates")
    for member in members:
        large = member.file_size > RATIO_FROM
        if large and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise Unreadable("inflates")
        if member.file_size > MAX_HELD and not SHEET.match(member.filename):
            raise Unreadable("inflates")
