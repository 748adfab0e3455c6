"""Who holds a permission over a place: the other direction of ``reach``."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from guardian.models import UserObjectPermission

from community.core.perms import Perm
from community.directory.models import Community, Grid, PartnerUnit, Street, User


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


def unit_holders(perm: Perm | str, unit_id: int) -> QuerySet[User]:
    """Active accounts that hold ``perm`` on a partner unit, longest known first."""
    rows = UserObjectPermission.objects.filter(
        content_type=_type(PartnerUnit), object_pk=str(unit_id), permission__codename=str(perm)
    )
    return User.objects.filter(pk__in=rows.values("user"), is_active=True).order_by("pk")


# Every notice and every rung of a ladder asks this, so it is written out: building it anew cost eight times as much.
NEAREST = """
SELECT account.*, held.content_type_id AS scope_type
FROM guardian_userobjectpermission held
JOIN auth_permission permission ON permission.id = held.permission_id AND permission.codename = %s
JOIN directory_user account ON account.id = held.user_id AND account.is_active
WHERE (held.content_type_id, held.object_pk) IN (
    (%s, %s), (%s, %s), (%s, (SELECT street_id::text FROM directory_community WHERE id = %s))
)
ORDER BY account.id
"""


def nearest_holders(perm: Perm | str, *, community_id: int, grid_id: int | None) -> list[User]:
    """Holders on the grid itself; failing that on the community; failing that on the street. One query.

    So a vacant post never swallows a notice: it falls to the next level up.
    """
    grid, community, street = (_type(model).pk for model in (Grid, Community, Street))
    asked = [str(perm), grid, str(grid_id), community, str(community_id), street, community_id]
    found: dict[int, list[User]] = {}
    for user in User.objects.raw(NEAREST, asked):
        found.setdefault(user.scope_type, []).append(user)  # type: ignore[attr-defined]
    return next((found[scope] for scope in (grid, community, street) if scope in found), [])


def addressed(matter: Any, to: Iterable[str]) -> list[User]:
    """The people behind addresses such as ``raised_by``, ``handler``, ``awaits`` or a permission; each once.

    A permission means its nearest holders (grid, else community, else street). ``awaits`` is whoever must act next,
    ``raised_by`` everybody who told of it.
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
    if address == "raised_by" and hasattr(matter, "reporters"):
        return [user for user in matter.reporters() if user.is_active]
    found = getattr(matter, address, None) if address else None
    people = found if isinstance(found, list) else [found]
    return [user for user in people if user is not None and user.is_active]


def _type(model: type) -> ContentType:
    return ContentType.objects.get_for_model(model)
