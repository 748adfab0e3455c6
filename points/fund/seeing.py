"""Who keeps a fund and who approves its spending."""

from typing import TYPE_CHECKING

from django.db.models import Q

from community.core.perms import Perm
from community.core.reach import reach

if TYPE_CHECKING:
    from community.directory.models import User


def runs(user: "User | None", community_id: int | None) -> bool:
    return user is not None and reach(user, Perm.RUN_FUND).covers(community_id)


def approves(user: "User | None", community_id: int | None) -> bool:
    return user is not None and reach(user, Perm.APPROVE_FUND).covers(community_id)


def works_with(user: "User | None", community_id: int | None) -> bool:
    return runs(user, community_id) or approves(user, community_id)


def in_charge(user: "User", community: str = "community") -> Q:
    """Rows of the communities whose fund somebody keeps or approves for."""
    return reach(user, Perm.RUN_FUND).within(community, None) | reach(user, Perm.APPROVE_FUND).within(community, None)
