"""Rules for every template of the project: no inline script or style, known icons, documented components."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from community.core import icons

TEMPLATES = settings.BASE_DIR / "templates"
ALL = sorted(TEMPLATES.rglob("*.html"))
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
CHEAT_SHEET = (TEMPLATES / "components" / "README.md").read_text(encoding="utf-8")
GALLERY = "".join(path.read_text(encoding="utf-8") for path in (TEMPLATES / "gallery").glob("*.html"))


def tag_of(path: Path) -> str:
    return path.stem.replace("_", "-")


def markup(path: Path) -> str:
    """The template without its comments."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}|<!--.*?-->", "", text, flags=re.S)


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_inline_script_or_style(path: Path) -> None:
    text = markup(path)
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "an inline handler"
    assert not re.search(r"\shx-on[:-]", text), "htmx may not evaluate"
    assert all("src=" in tag for tag in re.findall(r"<script\b[^>]*>", text)), "an inline script"


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_icons_are_in_the_sprite(path: Path) -> None:
    text = markup(path)
    used = re.findall(r"{% icon \"([\w-]+)\"", text) + re.findall(r"(?<!:)\bicon=\"([\w-]+)\"", text)
    assert [name for name in used if name not in icons.names()] == []


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_template_compiles(path: Path) -> None:
    get_template(str(path.relative_to(TEMPLATES)))


def test_the_list_of_icons_is_sorted_and_without_doubles() -> None:
    lines = [line for line in icons.LIST.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_is_documented_checked_and_shown(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "{% comment %}" in text, "a component says its options"
    assert "{% check" in text, "a component checks its options"
    assert f"`{tag_of(path)}`" in CHEAT_SHEET, "the cheat sheet names it"
    shown = GALLERY + "".join(other.read_text(encoding="utf-8") for other in COMPONENTS if other != path)
    assert re.search(rf"<c-{tag_of(path)}[\s/>]", shown), "the gallery shows it"
