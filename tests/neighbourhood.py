"""A small neighbourhood for tests: two communities under one street, a second street, and somebody in every role."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from community.access.models import Post, Role
from community.directory.models import Building, Community, Dwelling, Estate, Grid, PartnerUnit, Person, Street, User

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
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None


def account(community: Community, role: str, scope: Any = None, **extra: Any) -> User:
    """An account in the community, with a post of this role on the scope if one is given."""
    number = User.objects.count()
    user = User.objects.create(
        username=f"{role}{number}", name=f"{role}{number}", phone=f"199{number:08d}", community=community, **extra
    )
    if scope is not None:
        Post.begin(user=user, role=Role.objects.get(code=role), scope=scope, by=None, begins_on=SINCE)
    return user


def build_hood(street: Street, code: str, name: str) -> Hood:
    community = Community.objects.create(street=street, code=code, name=name)
    grids = [Grid.objects.create(community=community, code=f"{code}00{n}", name=f"第{n}网格") for n in (1, 2)]
    estate = Estate.objects.create(community=community, name=f"{name}小区")
    building = Building.objects.create(estate=estate, grid=grids[0], name="3号楼", units=2, floors=6)
    dwelling = Dwelling.objects.create(building=building, unit="1单元", room="301")
    person = Person.objects.create(community=community, name="张秀兰", dwelling=dwelling, phone="19912345678")
    unit = PartnerUnit.objects.create(community=community, name=f"{name}理发店")
    hood = Hood(community, grids[0], grids[1], building, dwelling, unit)
    hood.people = {
        "resident": account(community, "resident", person=person),
        "neighbour": account(community, "resident"),
        "volunteer": account(community, "volunteer", community),
        "party_member": account(community, "party_member", community),
        "partner": account(community, "partner_liaison", unit, partner_unit=unit),
        "worker": account(community, "grid_worker", grids[0]),
        "other_worker": account(community, "grid_worker", grids[1]),
        "leader": account(community, "grid_leader", grids[0]),
        "staff": account(community, "community_staff", community),
        "secretary": account(community, "secretary", community),
    }
    return hood


@dataclass
class Town:
    """``ours`` and ``theirs`` lie under one street; ``far`` lies under another."""

    street: Street
    ours: Hood
    theirs: Hood
    far: Hood
    officer: User
    admin: User


def build_town() -> Town:
    street = Street.objects.create(code="370105004", name="北村街道")
    elsewhere = Street.objects.create(code="370105005", name="南村街道")
    ours = build_hood(street, "370105004012", "毕家洼西区")
    theirs = build_hood(street, "370105004013", "毕家洼东区")
    far = build_hood(elsewhere, "370105005001", "南村")
    officer = account(ours.community, "street_officer", street)
    admin = User.objects.create(username="admin", name="管理员", is_superuser=True, is_staff=True)
    return Town(street, ours, theirs, far, officer, admin)
