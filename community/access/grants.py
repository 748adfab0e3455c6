"""What posts grant, kept as object permissions of django-guardian on the scope."""

from datetime import date
from typing import TYPE_CHECKING

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from guardian.models import UserObjectPermission

from community.core.perms import Perm
from community.core.reach import Reach
from community.directory.models import Community, Grid, PartnerUnit, Street

if TYPE_CHECKING:
    from community.directory.models import User

Scope = Street | Community | Grid | PartnerUnit
SCOPE_MODELS = (Street, Community, Grid, PartnerUnit)


def plant_permissions() -> set[str]:
    """Make one permission row per Perm and kind of scope; safe to repeat. Returns what was not known before."""
    new: set[str] = set()
    for model in SCOPE_MODELS:
        content_type = ContentType.objects.get_for_model(model)
        have = set(Permission.objects.filter(content_type=content_type).values_list("codename", flat=True))
        new |= set(Perm.values) - have
        Permission.objects.bulk_create(
            Permission(content_type=content_type, codename=perm.value, name=str(perm.label))
            for perm in Perm
            if perm.value not in have
        )
    return new


def sync_grants(user: "User", scope: Scope, day: date | None = None) -> None:
    """Make the person's object permissions on the scope what their posts there say today: no more, no less."""
    from community.access.models import Post

    posts = Post.objects.filter(user=user).at(scope).on(day or timezone.localdate())
    wanted = {perm for perms in posts.values_list("role__perms", flat=True) for perm in perms}
    content_type = ContentType.objects.get_for_model(type(scope))
    held = UserObjectPermission.objects.filter(user=user, content_type=content_type, object_pk=str(scope.pk))
    held.exclude(permission__codename__in=wanted).delete()
    missing = wanted - set(held.values_list("permission__codename", flat=True))
    for permission in Permission.objects.filter(content_type=content_type, codename__in=missing):
        UserObjectPermission.objects.create(
            user=user, permission=permission, content_type=content_type, object_pk=str(scope.pk)
        )
    if hasattr(user, "reaches"):
        del user.reaches


def reach_of(user: "User", perm: str) -> Reach:
    """The provider of ``core.reach``: one query per person and request, whatever the number of permissions.

    Kept as an attribute, which a lazy ``request.user`` hands on to the account behind it.
    """
    if not hasattr(user, "reaches"):
        user.reaches = _everything() if user.is_superuser else _load(user)
    return user.reaches.get(perm, Reach())


def _everything() -> dict[str, Reach]:
    return dict.fromkeys(Perm.values, Reach(communities=frozenset(Community.objects.values_list("pk", flat=True))))


def _load(user: "User") -> dict[str, Reach]:
    rows = UserObjectPermission.objects.filter(user=user).values_list(
        "permission__codename", "content_type_id", "object_pk"
    )
    models = {ContentType.objects.get_for_model(model).pk: model for model in SCOPE_MODELS}
    held: dict[str, dict[type, set[int]]] = {}
    for perm, content_type_id, pk in rows:
        if model := models.get(content_type_id):
            held.setdefault(perm, {}).setdefault(model, set()).add(int(pk))
    streets = {pk for found in held.values() for pk in found.get(Street, ())}
    below = _communities_below(streets)
    return {perm: _reach(found, below) for perm, found in held.items()}


def _communities_below(streets: set[int]) -> list[tuple[int, int]]:
    if not streets:
        return []
    return list(Community.objects.filter(street__in=streets).values_list("street_id", "pk"))


def _reach(found: dict[type, set[int]], below: list[tuple[int, int]]) -> Reach:
    streets = found.get(Street, set())
    return Reach(
        communities=frozenset(found.get(Community, set()) | {pk for street, pk in below if street in streets}),
        grids=frozenset(found.get(Grid, set())),
        partner_units=frozenset(found.get(PartnerUnit, set())),
    )
