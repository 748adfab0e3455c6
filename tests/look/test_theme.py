"""The theme file is the only place of colour, and every pair of colours that meets can be read."""

import re
from pathlib import Path

import pytest
from django.conf import settings

STATIC = settings.BASE_DIR / "static"
THEME = (STATIC / "css" / "theme.css").read_text(encoding="utf-8")
PAIRS = re.findall(r"^\s+pair: (--[\w-]+) on (--[\w-]+)$", THEME, re.M)
EDGES = re.findall(r"^\s+edge: (--[\w-]+) on (--[\w-]+)$", THEME, re.M)
LITERAL = re.compile(
    r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab|hwb|lab|lch)\(|:\s*(?:white|black|red|grey|gray)\b"
)
OURS = [path for path in STATIC.rglob("*.css") if "vendor" not in path.parts and path.name != "theme.css"]
SCRIPTS = [path for path in STATIC.rglob("*.js") if "vendor" not in path.parts]


def colours(selector: str) -> dict[str, str]:
    """The hex colours of one block of the theme, the wall's over the paper's."""
    found: dict[str, str] = {}
    for block in (":root", selector):
        body = THEME[THEME.index(f"\n{block} {{") :]
        found |= dict(re.findall(r"(--[\w-]+): (#[0-9A-Fa-f]{6});", body[: body.index("}")]))
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_yardstick_is_right() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("block", [":root", 'html[data-theme="wall"]'])
@pytest.mark.parametrize(("words", "ground"), PAIRS)
def test_words_can_be_read_on_their_ground(block: str, words: str, ground: str) -> None:
    palette = colours(block)
    assert contrast(palette[words], palette[ground]) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_controls_can_be_told_from_their_ground(edge: str, ground: str) -> None:
    palette = colours(":root")
    assert contrast(palette[edge], palette[ground]) >= 3


def test_every_colour_of_words_is_in_the_list_of_pairs() -> None:
    """A colour that is set as ``color`` somewhere without a checked pair would escape the test above."""
    checked = {words for words, _ in PAIRS}
    used = set()
    for path in OURS:
        used |= set(re.findall(r"(?<![\w-])color: var\((--[\w-]+)\)", path.read_text(encoding="utf-8")))
    assert used - checked <= {"--edge", "--line", "--surface", "--on-ink", "--mark"}, used - checked


@pytest.mark.parametrize("path", OURS + SCRIPTS, ids=lambda path: path.name)
def test_no_colour_stands_outside_the_theme(path: Path) -> None:
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.S)
    code = re.sub(r"url\([^)]*\)|\"#[\w-]+\"|`#\$\{[^`]*`|/#\.\*/", "", code)
    assert LITERAL.findall(code) == []
