"""Compiles the translations; Django's own command needs the gettext programs, which a fresh machine lacks."""

from pathlib import Path

import polib


def compile_messages(locale: Path) -> int:
    """Write each ``.mo`` that is older than its ``.po``; returns how many were written."""
    written = 0
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))
            written += 1
    return written
