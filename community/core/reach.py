"""How far a person's permission reaches. ``access`` provides the answer; every QuerySet below and above asks here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

if TYPE_CHECKING:
    from community.directory.models import User


@dataclass(frozen=True)
class Reach:
    """Whole communities, single grids and partner units that one permission of one person covers."""

    communities: frozenset[int] = frozenset()
    grids: frozenset[int] = frozenset()
    partner_units: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.communities or self.grids or self.partner_units)

    def covers(self, community_id: int | None, grid_id: int | None = None) -> bool:
        return community_id in self.communities or (grid_id is not None and grid_id in self.grids)

    def within(self, community: str = "community", grid: str | None = "grid") -> Q:
        """A filter for rows whose ``community`` (or ``grid``) path lies within; matches nothing if nothing does."""
        found = Q(pk__in=())
        if self.communities:
            found |= Q(**{f"{community}__in": self.communities})
        if self.grids and grid:
            found |= Q(**{f"{grid}__in": self.grids})
        return found


Provider = Callable[["User", str], Reach]
_provider: list[Provider] = []


def provide(provider: Provider) -> None:
    """Register who knows the answer; called once, by ``access.apps``."""
    _provider[:] = [provider]


def reach(user: "User | AnonymousUser | None", perm: str) -> Reach:
    """The scopes over which ``user`` holds ``perm``; nothing for anonymous visitors."""
    if user is None or not user.is_authenticated or not user.is_active:
        return Reach()
    return _provider[0](user, perm)
