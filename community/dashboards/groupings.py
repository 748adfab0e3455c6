"""By what the cases of each kind are told apart in statistics: incidents by category, wishes by group.

The code of a cell is what the lists of the kind take as their filter: a category's key, a group's value.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Grouping:
    """``join`` brings the kind's own row to the case ``c``; ``code`` is its column, as text."""

    join: str
    code: str


GROUPINGS = (
    Grouping("LEFT JOIN grids_incident incident ON incident.case_ptr_id = c.id", "incident.category_id::text"),
    Grouping("LEFT JOIN wishes_wish wish ON wish.case_ptr_id = c.id", 'wish."group"'),
)

JOINS = " ".join(grouping.join for grouping in GROUPINGS)
CODE = f"coalesce({', '.join(grouping.code for grouping in GROUPINGS)}, '')"
