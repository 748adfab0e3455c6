"""Who holds a permission over a place: the other direction of ``reach``."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from guardian.models import UserObjectPermission

from community.core.perms import Perm
from community.directory.models import Community, Grid, Street, User


def holders(perm: Perm | str, *, community_id: int, grid_id: int | None = None, widest: bool = True) -> QuerySet[User]:
    """Active accounts that hold ``perm`` on the grid, its community or (``widest``) its street.

    One query; scopes are matched in SQL through the grid's community and the community's street.
    """
    at = Q(content_type=_type(Community), object_pk=str(community_id))
    if grid_id is not None:
        at |= Q(content_type=_type(Grid), object_pk=str(grid_id))
    if widest:
        street_id = Community.objects.values_list("street_id", flat=True).get(pk=community_id)
        at |= Q(content_type=_type(Street), object_pk=str(street_id))

    rows = UserObjectPermission.objects.filter(at, permission__codename=str(perm))
    return User.objects.filter(pk__in=rows.values("user"), is_active=True)


def nearest_holders(perm: Perm | str, *, community_id: int, grid_id: int | None) -> list[User]:
    """Holders on the grid itself; failing that on the community; failing that on the street.

    So a vacant post never swallows a notice: it falls to the next level up.
    """
    for scope in _scopes_upwards(community_id, grid_id):
        rows = UserObjectPermission.objects.filter(
            permission__codename=str(perm), content_type=_type(type(scope)), object_pk=str(scope.pk)
        )
        if found := list(User.objects.filter(pk__in=rows.values("user"), is_active=True).order_by("pk")):
            return found
    return []


def _scopes_upwards(community_id: int, grid_id: int | None) -> list[Grid | Community | Street]:
    community = Community(pk=community_id)
    street = Street(pk=Community.objects.values_list("street_id", flat=True).get(pk=community_id))
    return [Grid(pk=grid_id), community, street] if grid_id else [community, street]


def _type(model: type) -> ContentType:
    return ContentType.objects.get_for_model(model)


def addressed(matter: Any, to: Iterable[str]) -> list[User]:
    """The people behind addresses such as ``raised_by``, ``handler``, ``awaits`` or a permission; each once.

    A permission means its nearest holders (grid, else community, else street). ``awaits`` is whoever must act next.
    """
    found: dict[int, User] = {}
    for address in to:
        for user in _behind(matter, address):
            found.setdefault(user.pk, user)
    return list(found.values())


def _behind(matter: Any, address: str) -> list[User]:
    if address == "awaits":
        return _behind(matter, "awaits_user" if matter.awaits_user_id else matter.awaits_perm)
    if address in Perm.values:
        return nearest_holders(address, community_id=matter.community_id, grid_id=matter.grid_id)
    user = getattr(matter, address, None) if address else None
    return [user] if user is not None and user.is_active else []
