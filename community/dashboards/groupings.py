"""By what the cases of each kind are told apart in statistics: incidents by category, wishes by group.

The code of a cell is what the lists of the kind take as their ``category``: a category's key, a group's value.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from grids.models import Category
from wishes.models import Wish


@dataclass(frozen=True)
class Grouping:
    """``join`` brings the kind's own row to the case ``c``, ``code`` is its column; ``names`` gives words for codes."""

    kind: str
    join: str
    code: str
    names: Callable[[Iterable[str]], dict[str, str]]


def _wish_groups(codes: Iterable[str]) -> dict[str, str]:
    return {code: str(label) for code, label in Wish.Group.choices if code in set(codes)}


def _incident_categories(codes: Iterable[str]) -> dict[str, str]:
    return {str(row.pk): str(row) for row in Category.objects.filter(pk__in=[int(code) for code in codes])}


GROUPINGS = (
    Grouping(
        "incident",
        "LEFT JOIN grids_incident incident ON incident.case_ptr_id = c.id",
        "incident.category_id::text",
        _incident_categories,
    ),
    Grouping("wish", "LEFT JOIN wishes_wish wish ON wish.case_ptr_id = c.id", 'wish."group"', _wish_groups),
)

JOINS = " ".join(grouping.join for grouping in GROUPINGS)
CODE = f"coalesce({', '.join(grouping.code for grouping in GROUPINGS)}, '')"


def names_of(kind: str, codes: Iterable[str]) -> dict[str, str]:
    """Words for the category codes of one kind; a code nobody knows any more stands for itself."""
    codes = list(codes)
    found = next((grouping.names(codes) for grouping in GROUPINGS if grouping.kind == kind), {})
    return {code: found.get(code, code) for code in codes}
