"""Who may decide about somebody's points: never about one's own, nor about those of one's own household."""

from typing import TYPE_CHECKING

from community.core.perms import Perm
from community.core.reach import reach
from points.households import share_a_home

if TYPE_CHECKING:
    from community.directory.models import User


def manages(user: "User | None", community_id: int) -> bool:
    return user is not None and reach(user, Perm.MANAGE_POINTS).covers(community_id)


def stands_apart(user: "User | None", member: "User | None") -> bool:
    """Neither the member themself nor somebody who lives with them."""
    if user is None or member is None or user.pk == member.pk:
        return False
    return not share_a_home(user.pk, member.pk)
