"""Who holds a permission over a place: the other direction of ``reach``."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Q, QuerySet, Subquery
from django.db.models.functions import Cast
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
    """Holders on the grid itself; failing that on the community; failing that on the street. One query.

    So a vacant post never swallows a notice: it falls to the next level up.
    """
    street = Community.objects.filter(pk=community_id).values(key=Cast("street_id", CharField()))
    rows = UserObjectPermission.objects.filter(
        Q(content_type=_type(Grid), object_pk=str(grid_id))
        | Q(content_type=_type(Community), object_pk=str(community_id))
        | Q(content_type=_type(Street), object_pk=Subquery(street)),
        permission__codename=str(perm),
        user__is_active=True,
    )
    found: dict[int, list[User]] = {}
    for row in rows.select_related("user").order_by("user"):
        found.setdefault(row.content_type_id, []).append(row.user)
    return next((found[_type(scope).pk] for scope in (Grid, Community, Street) if _type(scope).pk in found), [])


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


def _type(model: type) -> ContentType:
    return ContentType.objects.get_for_model(model)
