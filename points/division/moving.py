"""Who goes over and with what: those whom the directory counts to the other community, and what they left behind."""

from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet, Sum

from community.access.masking import mask_name
from community.directory.models import Community, Membership, User
from points.models.account import Account, Kind
from points.models.posting import Line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from points.models.account import AccountQuerySet


def belonging_to(community_id: int) -> "QuerySet[User]":
    """Whose account is of the community, or whose household lies in it by now: an estate may have moved before them."""
    homes = Membership.objects.current().filter(dwelling__building__estate__community=community_id)
    return User.objects.filter(Q(community=community_id) | Q(pk__in=homes.values("user")))


def left_behind(origin_id: int, target_id: int) -> "AccountQuerySet":
    """The accounts that would be emptied, one for each person and asset."""
    people = belonging_to(target_id).values("pk")
    return Account.objects.filter(community=origin_id, kind=Kind.AVAILABLE, owner__in=people, balance__gt=0)


def still_held(origin_id: int, target_id: int) -> int:
    """How many people have something reserved there, which stays until it is collected or given back."""
    people = belonging_to(target_id).values("pk")
    held = Account.objects.filter(community=origin_id, kind=Kind.HELD, owner__in=people, balance__gt=0)
    return held.values("owner").distinct().count()


def sums(accounts: "AccountQuerySet") -> dict[str, dict[str, int]]:
    """By asset: how many people, and how much together."""
    rows = accounts.order_by("asset").values("asset").annotate(people=Count("owner"), amount=Sum("balance"))
    return {row["asset"]: {"people": row["people"], "amount": row["amount"]} for row in rows}


def rows_of(found: "Iterable[Account | Line]") -> list[tuple[str, str, int]]:
    """Whose, of which asset, how much: balances that would move, or lines that did; names masked."""
    accounts = [(one.account, -one.amount) if isinstance(one, Line) else (one, one.balance) for one in found]
    return [(mask_name(str(account.owner)), account.asset, amount) for account, amount in accounts]


def targets_of(origin: Community) -> "QuerySet[Community]":
    """The other communities of the street."""
    return Community.objects.filter(street=origin.street_id).exclude(pk=origin.pk)
