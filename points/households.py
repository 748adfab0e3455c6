"""Who lives together: points between people of one household are looked at by somebody else."""

from collections.abc import Collection

from community.directory.models import Membership, Person


def homes_of(users: Collection[int]) -> dict[int, set[int]]:
    """The dwellings of each account, by what it joined and by what the register says. Two queries, however many."""
    homes: dict[int, set[int]] = {}
    joined = Membership.objects.current().filter(user__in=users).values_list("user", "dwelling")
    listed = Person.objects.filter(user__in=users, dwelling__isnull=False).values_list("user", "dwelling")
    for user, dwelling in [*joined, *listed]:
        homes.setdefault(user, set()).add(dwelling)
    return homes


def share_a_home(one: int, other: int) -> bool:
    homes = homes_of({one, other})
    return one != other and bool(homes.get(one, set()) & homes.get(other, set()))


def with_whom(users: Collection[int]) -> set[int]:
    """The accounts of everybody who lives with one of them."""
    homes = set().union(*homes_of(users).values())
    joined = Membership.objects.current().filter(dwelling__in=homes).values_list("user", flat=True)
    listed = Person.objects.filter(dwelling__in=homes, user__isnull=False).values_list("user", flat=True)
    return {*joined, *listed} - set(users)
