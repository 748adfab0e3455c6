"""The English interface is complete: every text that goes through gettext has its English words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
TEXT = r"""('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALLS = re.compile(rf"\b(?:n?gettext|_)\(u?{TEXT}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Words that a person must type or recognise in a Chinese workbook, and the language's own name, stay as they are.
KEPT = re.compile(r"“[^”]*[\u4e00-\u9fff][^”]*”|毕家洼小区1号楼2单元101|简体中文|中文|睦邻")


def python_texts() -> Iterator[str]:
    for folder in ("community", "grids", "wishes", "points", "property"):
        for path in (ROOT / folder).rglob("*.py"):
            if "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKS and node.args:
                    text = node.args[0]
                    if isinstance(text, ast.Constant) and isinstance(text.value, str):
                        yield text.value


def template_texts() -> Iterator[str]:
    for path in (ROOT / "templates").rglob("*.html"):
        source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        for found in CALLS.finditer(source):
            yield ast.literal_eval(found.group(1))


def test_translated_texts_are_marked_by_names_that_the_extractor_knows() -> None:
    """``gettext as now_`` works, and nobody ever translates what stands in it."""
    aliases = [
        f"{path.relative_to(ROOT)}: {name.asname}"
        for folder in ("community", "grids", "wishes", "points", "property")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.name in MARKS and name.asname not in (None, "_")
    ]
    assert not aliases, "\n".join(aliases)


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def test_every_text_has_english_words(catalogue: polib.POFile) -> None:
    known = {entry.msgid for entry in catalogue if entry.translated() and not entry.obsolete}
    missing = sorted({text for text in (*python_texts(), *template_texts()) if text and text not in known})
    assert not missing, "run makemessages -l en and translate:\n" + "\n".join(missing)


def test_english_words_are_english(catalogue: polib.POFile) -> None:
    wrong = []
    for entry in catalogue:
        for words in (entry.msgstr, *entry.msgstr_plural.values()):
            if CHINESE.search(KEPT.sub("", words)):
                wrong.append(f"{entry.msgid} → {words}")
    assert not wrong, "\n".join(wrong)


def test_placeholders_survive_translation(catalogue: polib.POFile) -> None:
    slots = re.compile(r"%\(\w+\)[sd]")
    for entry in catalogue:
        for words in (entry.msgstr, *entry.msgstr_plural.values()):
            if words:
                assert sorted(slots.findall(words)) == sorted(slots.findall(entry.msgid)), entry.msgid
