"""Who lives in the benchmark: four streets, twenty communities, their grids, doors, accounts and posts. Every size of
the benchmark has the same people; only their history differs."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from community.access.models import Post, Role
from community.demonstration.ground import lay_out
from community.directory.models import Building, Community, Dwelling, Estate, Grid, Person, Street, User

STREETS, COMMUNITIES, GRIDS, BUILDINGS, DOORS, RESIDENTS, VOLUNTEERS = 4, 20, 8, 24, 24, 200, 10
SINCE = date(2020, 1, 1)


@dataclass(frozen=True)
class Place:
    """One community as the fill needs it: ids only."""

    community: int
    buildings: list[tuple[int, int]]  # building, grid
    residents: list[int]
    volunteers: list[int]
    workers: dict[int, int]  # grid → its worker
    staff: list[int]


def build() -> None:
    with transaction.atomic():
        streets = [Street.objects.create(code=f"37010500{n}", name=f"第{n}街道") for n in range(STREETS)]
        for street in streets:
            post(person(f"officer{street.pk}", None), "street_officer", street)
        for n in range(COMMUNITIES):
            community = Community.objects.create(
                street=streets[n % STREETS], code=f"{streets[n % STREETS].code}{n:03d}", name=f"第{n}社区"
            )
            settle(community)


def settle(community: Community) -> None:
    grids = [
        Grid.objects.create(community=community, code=f"{community.code}{n:03d}", name=f"第{n}网格")
        for n in range(GRIDS)
    ]
    estate = Estate.objects.create(community=community, name="小区")
    buildings = Building.objects.bulk_create(
        Building(estate=estate, grid=grids[n % GRIDS], name=f"{n + 1}号楼", units=2, floors=6) for n in range(BUILDINGS)
    )
    lay_out(community, 36.60 + community.pk % 100 * 0.01, 116.90)
    doors = Dwelling.objects.bulk_create(
        Dwelling(building=building, unit=f"{n % 2 + 1}单元", room=f"{n // 4 + 1}0{n % 4 + 1}")
        for building in buildings
        for n in range(DOORS)
    )
    people = Person.objects.bulk_create(
        Person(
            community=community, name=f"居民{n}", phone=f"13{community.pk:03d}{n:06d}", dwelling=doors[n % len(doors)]
        )
        for n in range(RESIDENTS)
    )
    User.objects.bulk_create(
        User(username=f"r{community.pk}-{n}", name=one.name, phone=one.phone, community=community, person=one)
        for n, one in enumerate(people)
    )
    appoint(community, grids)


def appoint(community: Community, grids: list[Grid]) -> None:
    for n in range(VOLUNTEERS):
        post(person(f"v{community.pk}-{n}", community), "volunteer", community)
    for grid in grids:
        post(person(f"w{grid.pk}", community), "grid_worker", grid)
    for grid in grids[:2]:
        post(person(f"l{grid.pk}", community), "grid_leader", grid)
    for n in range(2):
        post(person(f"s{community.pk}-{n}", community), "community_staff", community)
    post(person(f"k{community.pk}", community), "secretary", community)


def person(username: str, community: Community | None) -> User:
    number = User.objects.count()
    return User.objects.create(username=username, name=username, phone=f"199{number:08d}", community=community)


def post(user: User, role: str, scope: Street | Community | Grid) -> None:
    Post.begin(user=user, role=Role.objects.get(code=role), scope=scope, by=None, begins_on=SINCE)


def places() -> list[Place]:
    """The communities with their people, read back."""
    return [_place(community) for community in Community.objects.order_by("pk")]


def _place(community: Community) -> Place:
    accounts = User.objects.filter(community=community).order_by("pk")
    held = Post.objects.filter(user__community=community)
    return Place(
        community.pk,
        list(Building.objects.filter(estate__community=community).order_by("pk").values_list("pk", "grid")),
        list(accounts.filter(username__startswith="r").values_list("pk", flat=True)),
        list(held.filter(role__code="volunteer").values_list("user", flat=True)),
        dict(held.filter(role__code="grid_worker").values_list("grid", "user")),
        list(held.filter(role__code="community_staff").values_list("user", flat=True)),
    )
