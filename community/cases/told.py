"""Lines in a case's story that tell of something beside its own moves, such as ``whistle.report_in``."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Telling:
    """``words`` is a %-template over the row's data."""

    words: "str | _StrPromise"
    icon: str = "arrow-right"
    tone: str = "plain"


_tellings: dict[str, Telling] = {}


def register(verb: str, telling: Telling) -> None:
    """Say how rows with this verb (one with a dot) are told; called in ``apps.py``."""
    _tellings[verb] = telling


def telling_of(verb: str) -> Telling | None:
    return _tellings.get(verb)
