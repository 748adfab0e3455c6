"""Who somebody is by now: two accounts of one person may have become one since (``points.closing``).

Merging hands hours over, inheriting never does: so the account of hours says whose account goes on in another. What
a relative took over of a member's points is another matter: what that member is given later is their own.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING

from points.models.account import Account, Asset, Kind, member

if TYPE_CHECKING:
    from community.directory.models import User


def now_of(user: "User", community_id: int) -> "User":
    """Whoever the person's account there was merged into, else the person."""
    while True:
        merged = Account.objects.named([member(user, community_id, Asset.HOURS)]).exclude(successor=None)
        found = merged.select_related("successor").first()
        if found is None or found.successor is None:
            return user
        user = found.successor


def successors(communities: Collection[int]) -> "dict[int, User]":
    """The same for everybody whose account was merged in one of these, by id, in one query."""
    merged = Account.objects.filter(
        community__in=communities, kind=Kind.AVAILABLE, asset=Asset.HOURS, successor__isnull=False
    ).select_related("successor")
    heirs = {account.owner_id: account.successor for account in merged if account.owner_id and account.successor}
    found = {}
    for owner, heir in heirs.items():
        while heir.pk in heirs:
            heir = heirs[heir.pk]
        found[owner] = heir
    return found
