"""Rules say who may make a move; they compose with ``either``."""

from typing import TYPE_CHECKING, Any

from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import Rule, the_clock

if TYPE_CHECKING:
    from community.directory.models import User

__all__ = ["anyone", "both", "either", "holds", "is_handler", "is_paused", "is_raiser", "is_running", "the_clock"]


def anyone(user: "User | None", matter: Any) -> bool:
    """Every signed-in person."""
    return user is not None


def is_raiser(user: "User | None", matter: Any) -> bool:
    return user is not None and matter.raised_by_id == user.pk


def is_handler(user: "User | None", matter: Any) -> bool:
    return user is not None and matter.handler_id == user.pk


def is_paused(user: "User | None", matter: Any) -> bool:
    """Its clocks rest."""
    return matter.paused_at is not None


def is_running(user: "User | None", matter: Any) -> bool:
    return matter.paused_at is None


def holds(perm: Perm) -> Rule:
    """Whoever holds ``perm`` over the matter's grid or community."""

    def rule(user: "User | None", matter: Any) -> bool:
        return user is not None and reach(user, perm).covers(matter.community_id, matter.grid_id)

    return rule


def either(*rules: Rule) -> Rule:
    return lambda user, matter: any(rule(user, matter) for rule in rules)


def both(*rules: Rule) -> Rule:
    return lambda user, matter: all(rule(user, matter) for rule in rules)
