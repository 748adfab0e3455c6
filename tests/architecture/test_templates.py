"""Templates under the strict content security policy: nothing inline, nothing from elsewhere, every text translatable."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COMMENTS = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}|<!--.*?-->", re.DOTALL)
TRANSLATED = re.compile(
    r"{%-?\s*(?:translate|trans)\b.*?%}|{%-?\s*blocktranslate\b.*?{%-?\s*endblocktranslate\s*-?%}", re.DOTALL
)
each_template = pytest.mark.parametrize(
    "path", TEMPLATES, ids=[str(p.relative_to(ROOT / "templates")) for p in TEMPLATES]
)
SERVER_ERROR = "500.html"  # shown when nothing works, so it brings everything itself


def text(path: Path) -> str:
    return COMMENTS.sub("", path.read_text(encoding="utf-8"))


@each_template
def test_nothing_inline(path: Path) -> None:
    found = re.findall(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text(path), re.IGNORECASE)
    scripts = [tag for tag in re.findall(r"<script\b[^>]*>", text(path)) if "src=" not in tag and "json" not in tag]
    assert not found + scripts


@each_template
def test_nothing_from_elsewhere(path: Path) -> None:
    assert not re.findall(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//[^\"']*", text(path))


@each_template
def test_every_chinese_word_is_translatable(path: Path) -> None:
    if path.name == SERVER_ERROR:
        return
    bare = TRANSLATED.sub("", text(path))
    bare = re.sub(r"_\((?:\"[^\"]*\"|'[^']*')\)", "", bare)  # {{ _("…") }} and arguments of components
    bare = bare.replace(">中文<", "><")  # in the switch, a language is called by its own name
    assert not re.findall(r"[\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e]+", bare)  # nor any punctuation
