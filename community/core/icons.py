"""The icon sprite: names stand in ``static/icons.txt``; npm run build draws ``static/vendor/icons.svg``."""

from functools import cache

from django.conf import settings
from django.templatetags.static import static

LIST = settings.BASE_DIR / "static" / "icons.txt"
SPRITE = "vendor/icons.svg"


class UnknownIcon(Exception):
    """A template asked for an icon that the sprite does not hold."""


@cache
def names() -> frozenset[str]:
    """Every icon in the sprite."""
    lines = (line.split("#")[0].strip() for line in LIST.read_text(encoding="utf-8").splitlines())
    return frozenset(line for line in lines if line)


def address(name: str) -> str:
    """The address of one icon inside the sprite. Raises UnknownIcon."""
    if name not in names():
        raise UnknownIcon(f"no icon {name!r}: add the Tabler name to static/icons.txt and run npm run build")
    return f"{static(SPRITE)}#{name}"
