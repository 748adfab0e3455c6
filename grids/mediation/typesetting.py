"""Lines of a Chinese paper: broken between characters, never inside a number, and none begins with a closing mark."""

import re
from collections.abc import Callable, Iterator

OPENING = "（《〈「『【“‘("
CLOSING = "，。、；：？！）》〉」』】”’％…,.;:?!)%"
# What stays together on a line: a character, or a run of figures and letters, with the marks that cling to it.
UNIT = re.compile(rf"[{re.escape(OPENING)}]*(?:[0-9A-Za-z@/_+.\-]+|.)[{re.escape(CLOSING)}]*", re.DOTALL)


def lines_of(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """``text`` in lines no wider than ``width``; at least one, though it be empty."""
    lines, line = [], ""
    for unit in _units(text, width, measure):
        if line and measure(line + unit) > width:
            lines.append(line.rstrip(" "))
            line = unit.lstrip(" ")
        else:
            line += unit
    return [*lines, line]


def _units(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """A word that is wider than the paper is broken after all."""
    for found in UNIT.finditer(text):
        yield from found[0] if measure(found[0]) > width else [found[0]]
