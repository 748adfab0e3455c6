"""Translations are compiled without the gettext programs."""

import gettext
import os
from pathlib import Path

import pytest
from django.core.management import call_command

from community.embedded.messages import compile_messages

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "心愿"
msgstr "Wish"

#, fuzzy
msgid "巡查"
msgstr "Wish"
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE, encoding="utf-8")
    return path


def test_a_catalogue_is_compiled_without_its_doubtful_entries(tmp_path: Path, catalogue: Path) -> None:
    assert compile_messages(tmp_path) == 1
    with catalogue.with_suffix(".mo").open("rb") as compiled:
        translation = gettext.GNUTranslations(compiled)
    assert translation.gettext("心愿") == "Wish"
    assert translation.gettext("巡查") == "巡查"


def test_a_command_compiles_the_hubs_own(tmp_path: Path, catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Not by the fixture ``settings``: Django would hear of it and forget the catalogs that the hub has joined.
    monkeypatch.setattr("django.conf.settings.LOCALE_PATHS", [tmp_path])
    call_command("compile_messages")
    assert catalogue.with_suffix(".mo").exists()


def test_only_a_changed_catalogue_is_compiled_again(tmp_path: Path, catalogue: Path) -> None:
    compile_messages(tmp_path)
    assert compile_messages(tmp_path) == 0
    compiled = catalogue.with_suffix(".mo").stat().st_mtime
    os.utime(catalogue, (compiled + 10, compiled + 10))
    assert compile_messages(tmp_path) == 1
