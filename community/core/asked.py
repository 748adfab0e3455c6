"""What an address or a page's hidden field asks for; anybody may write anything there."""

from typing import Any


def number(text: Any, digits: int = 18) -> int | None:
    """A whole number of at most so many ``digits`` (18 fit a key), else None."""
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= digits else None
