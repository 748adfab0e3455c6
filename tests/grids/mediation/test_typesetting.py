"""Lines of a Chinese paper, every character one wide and figures half."""

import pytest

from grids.mediation.typesetting import lines_of


def wide(text: str) -> float:
    return sum(0.5 if char.isascii() else 1 for char in text)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("双方自愿", ["双方自愿"]),
        ("双方自愿达成协议如下", ["双方自愿达成", "协议如下"]),
        # The stop that would begin a line takes the character before it along.
        ("双方自愿达成。", ["双方自愿达", "成。"]),
        # An opening mark goes with what it opens.
        ("请甲方付了（八百元）", ["请甲方付了", "（八百元）"]),
        # A number is not cut, and the space before it goes with the line's end.
        ("乙方电话是 19912345678", ["乙方电话是", "19912345678"]),
        ("12345678901234567890", ["123456789012", "34567890"]),
        ("　　两格起头的一段", ["　　两格起头", "的一段"]),
    ],
)
def test_where_lines_break(text: str, lines: list[str]) -> None:
    assert lines_of(text, 6, wide) == lines
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
