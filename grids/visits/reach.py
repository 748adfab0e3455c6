"""Who visits where: the people of a grid, their leaders, and the community's office; nobody above it."""

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from community.core.perms import Perm
from community.core.reach import reach

if TYPE_CHECKING:
    from community.directory.models import User

VISITORS = (Perm.PATROL, Perm.LEAD_GRID, Perm.LEAD_COMMUNITY)


def places_visited(user: "User", community: str = "community", grid: str = "grid") -> Q:
    """A filter for rows that lie where the person visits households."""
    found = Q(pk__in=())
    for perm in VISITORS:
        found |= reach(user, perm).within(community, grid)
    return found


def may_visit_at(user: "User | None", community_id: int, grid_id: int | None) -> bool:
    return any(reach(user, perm).covers(community_id, grid_id) for perm in VISITORS)


def visits_here(user: "User | None", matter: Any) -> bool:
    """Rule: whoever visits households in the matter's grid."""
    return may_visit_at(user, matter.community_id, matter.grid_id)


def is_assigned(user: "User | None", matter: Any) -> bool:
    """Rule: whoever is to do it."""
    return user is not None and matter.assignee_id == user.pk
