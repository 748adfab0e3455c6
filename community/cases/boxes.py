"""Boxes that other parts of the hub put on the page of a case; registered in ``apps.py``, in order of ``rank``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from community.core.models import Case
    from community.directory.models import User


@dataclass(frozen=True)
class Box:
    """``template`` is shown with ``case`` and ``box``, what ``context(case, user)`` gives; None: no box for this one."""

    template: str
    context: "Callable[[Case, User], dict[str, Any] | None]"
    rank: int = 50


_boxes: list[Box] = []


def register(box: Box) -> None:
    if box not in _boxes:
        _boxes.append(box)
        _boxes.sort(key=lambda known: known.rank)


def boxes_of(case: "Case", user: "User") -> list[tuple[str, dict[str, Any]]]:
    """(template, context) of the boxes that have something to show this person."""
    found = ((box.template, box.context(case, user)) for box in _boxes)
    return [(template, context) for template, context in found if context is not None]
