"""A small neighbourhood for tests: two communities under one street, a second street, and somebody in every role."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from guardian.models import UserObjectPermission

from community.access.models import Post, Role
from community.access.models.post import SCOPES
from community.directory.models import Building, Community, Dwelling, Estate, Grid, PartnerUnit, Person, Street, User
from tests.ground import Seed

SINCE = date(2020, 1, 1)


@dataclass
class Hood:
    """One community with a grid, two buildings, and accounts by role name."""

    community: Community
    grid: Grid
    other_grid: Grid
    building: Building
    dwelling: Dwelling
    unit: PartnerUnit
    people: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None


def account(community: Community, role: str, scope: Any = None, **extra: Any) -> User:
    """An account in the community, with a post of this role on the scope if one is given."""
    user = _nth_account(User.objects.count(), role, community, **extra)
    user.save()
    if scope is not None:
        Post.begin(user=user, role=Role.objects.get(code=role), scope=scope, by=None, begins_on=SINCE)
    return user


def _nth_account(number: int, role: str, community: Community, **extra: Any) -> User:
    """Not yet saved; who is who can be told from every name."""
    name = f"{role}{number}"
    return User(username=name, name=name, phone=f"199{number:08d}", community=community, **extra)


def build_hood(street: Street, code: str, name: str) -> Hood:
    community = Community.objects.create(street=street, code=code, name=name)
    grids = [Grid.objects.create(community=community, code=f"{code}00{n}", name=f"第{n}网格") for n in (1, 2)]
    estate = Estate.objects.create(community=community, name=f"{name}小区")
    building = Building.objects.create(estate=estate, grid=grids[0], name="3号楼", units=2, floors=6)
    dwelling = Dwelling.objects.create(building=building, unit="1单元", room="301")
    person = Person.objects.create(community=community, name="张秀兰", dwelling=dwelling, phone="19912345678")
    unit = PartnerUnit.objects.create(community=community, name=f"{name}理发店")
    hood = Hood(community, grids[0], grids[1], building, dwelling, unit)
    hood.people = _people(
        {
            "resident": ("resident", None, {"person": person}),
            "neighbour": ("resident", None, {}),
            "volunteer": ("volunteer", community, {}),
            "party_member": ("party_member", community, {}),
            "partner": ("partner_liaison", unit, {"partner_unit": unit}),
            "worker": ("grid_worker", grids[0], {}),
            "other_worker": ("grid_worker", grids[1], {}),
            "leader": ("grid_leader", grids[0], {}),
            "staff": ("community_staff", community, {}),
            "secretary": ("secretary", community, {}),
        },
        community,
    )
    return hood


def _people(wanted: dict[str, tuple[str, Any, dict[str, Any]]], community: Community) -> dict[str, User]:
    """Accounts with their posts and grants, in bulk: nearly every test needs a town.

    ``tests/access/test_posts.py`` proves that ``Post.begin`` leaves the same rows.
    """
    first = User.objects.count()
    people = {
        name: _nth_account(first + nth, role, community, **extra)
        for nth, (name, (role, _scope, extra)) in enumerate(wanted.items())
    }
    User.objects.bulk_create(people.values())
    roles = {role.code: role for role in Role.objects.all()}
    posts = [
        Post(user=people[name], role=roles[role], begins_on=SINCE, **{SCOPES[type(scope)]: scope})
        for name, (role, scope, _extra) in wanted.items()
        if scope is not None
    ]
    Post.objects.bulk_create(posts)
    UserObjectPermission.objects.bulk_create(grant for post in posts for grant in _grants(post))
    return people


def _grants(post: Post) -> list[UserObjectPermission]:
    content_type = ContentType.objects.get_for_model(type(post.scope))
    permissions = Permission.objects.filter(content_type=content_type, codename__in=post.role.perms)
    facts: dict[str, Any] = {"user": post.user, "content_type": content_type, "object_pk": str(post.scope.pk)}
    return [UserObjectPermission(permission=permission, **facts) for permission in permissions]


@dataclass
class Town:
    """``ours`` and ``theirs`` lie under one street; ``far`` lies under another."""

    street: Street
    ours: Hood
    theirs: Hood
    far: Hood
    officer: User
    admin: User


_seeds: list[Seed[Town]] = []


def sow_town() -> None:
    """Once, while the hub is empty: from then on ``build_town`` only puts rows back."""
    _seeds[:] = [Seed(raise_town)]


def build_town() -> Town:
    if not _seeds or User.objects.exists():
        return raise_town()
    ContentType.objects.get_for_models(*SCOPES)  # known to the process, as after every appointment
    return _seeds[0].sow()


def raise_town() -> Town:
    street = Street.objects.create(code="370105004", name="北村街道")
    elsewhere = Street.objects.create(code="370105005", name="南村街道")
    ours = build_hood(street, "370105004012", "毕家洼西区")
    theirs = build_hood(street, "370105004013", "毕家洼东区")
    far = build_hood(elsewhere, "370105005001", "南村")
    officer = account(ours.community, "street_officer", street)
    admin = User.objects.create(username="admin", name="管理员", is_superuser=True, is_staff=True)
    return Town(street, ours, theirs, far, officer, admin)
