"""The street, its two communities and the accounts that people try the hub with."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from openpyxl import Workbook

from community.access.models import Post, Role
from community.demonstration.ground import lay_out
from community.directory.models import (
    Community,
    Dwelling,
    Grid,
    Membership,
    PartnerUnit,
    PartyMember,
    Person,
    Street,
    User,
    Volunteer,
)
from community.imports.importing import import_workbook
from grids.models import FollowUpShare

PASSWORD = "mulin-demo-2026"  # noqa: S105 - printed on the console of a demonstration bound to loopback
SAMPLE = Path(__file__).parent.parent / "imports" / "samples" / "毕家洼西区-社区底册.xlsx"
RESIDENTS, VOLUNTEERS, MEMBERS = 40, 10, 12


@dataclass
class Place:
    """One community and the people who act in it."""

    community: Community
    secretary: User
    staff: User
    workers: dict[int, User] = field(default_factory=dict)
    leaders: dict[int, User] = field(default_factory=dict)
    residents: list[User] = field(default_factory=list)
    claimers: list[User] = field(default_factory=list)

    @property
    def grids(self) -> list[Grid]:
        return list(self.community.grids.all())


@dataclass
class Cast:
    """Everybody: the street's officer, the administrator, and the people of both communities."""

    street: Street
    officer: User
    admin: User
    places: list[Place]


def account(username: str, name: str, **facts: Any) -> User:
    """An account with the demonstration's password; an existing one with this phone is given the name and kept."""
    phone = facts.get("phone")
    user = (User.objects.filter(phone=phone).first() if phone else None) or User()
    user.username, user.name = username, name
    for fact, value in facts.items():
        setattr(user, fact, value)
    user.phone_verified = bool(phone)
    user.password = _hashed()
    user.save()
    return user


@cache
def _hashed() -> str:
    """Hashed once: it is one and the same password, and hashing is slow on purpose."""
    return make_password(PASSWORD)


def appoint(user: User, role: str, scope: Any, since: date) -> None:
    Post.begin(user=user, role=Role.objects.get(code=role), scope=scope, by=None, begins_on=since)


def found_town(start: datetime, random: Random, folder: Path) -> Cast:
    """Set up the street and import both communities' workbooks."""
    since = start.date()
    street = Street.objects.create(code="370105004", name="北村街道")
    admin = account("admin", "系统管理员", is_staff=True, is_superuser=True)
    officer = account("street", "周明（街道）", phone="19900000001")
    appoint(officer, "street_officer", street, since)
    west = _found(street, "370105004012", "毕家洼西区社区", "053100000012", "", since)
    east = _found(street, "370105004013", "毕家洼东区社区", "053100000013", "east_", since)
    import_workbook(SAMPLE, west.community, by=west.secretary, now=start)
    small = folder / "毕家洼东区-社区底册.xlsx"
    _write_small_workbook(small, east.community, random)
    import_workbook(small, east.community, by=east.secretary, now=start)
    for place, prefix, corner in ((west, "", (36.6920, 116.9700)), (east, "east_", (36.6922, 116.9820))):
        lay_out(place.community, *corner)
        _people(place, prefix, since, start, random)
    # One community asks every reporter who stays silent, the other none: nothing here is left to a lot.
    for place, percent in ((west, 100), (east, 0)):
        FollowUpShare.objects.create(community=place.community, percent=percent)
    return Cast(street, officer, admin, [west, east])


def _found(street: Street, code: str, name: str, phone: str, prefix: str, since: date) -> Place:
    community = Community.objects.create(
        street=street, code=code, name=name, phone=phone, address=f"{street.name}{name}"
    )
    secretary = account(f"{prefix}secretary", "王书记" if not prefix else "刘书记", community=community)
    staff = account(f"{prefix}staff", "陈晓社工" if not prefix else "赵敏社工", community=community)
    appoint(secretary, "secretary", community, since)
    appoint(staff, "community_staff", community, since)
    return Place(community, secretary, staff)


def _people(place: Place, prefix: str, since: date, start: datetime, random: Random) -> None:
    _grid_people(place, prefix, since)
    _residents(place, prefix, start, random)
    _claimers(place, prefix, since)


def _grid_people(place: Place, prefix: str, since: date) -> None:
    """The importer has appointed the workers that the workbook names; leaders are chosen here."""
    posts = Post.objects.filter(grid__community=place.community, role__code="grid_worker").select_related(
        "user", "grid"
    )
    for number, post in enumerate(posts.order_by("grid__code"), 1):
        user = post.user
        user.username = f"{prefix}worker" if number == 1 else f"{prefix}worker{number}"
        user.password = _hashed()
        user.save()
        place.workers[post.grid_id or 0] = user
    names = ["李大姐", "孙卫东", "周桂英", "高建国", "马丽华"]
    for number, grid in enumerate(place.grids):
        chief = number // 2 % len(names)
        username = f"{prefix}leader" if chief == 0 else f"{prefix}leader{chief + 1}"
        leader = User.objects.filter(username=username).first()
        leader = leader or account(username, names[chief], community=place.community)
        appoint(leader, "grid_leader", grid, since)
        place.leaders[grid.pk] = leader


def _residents(place: Place, prefix: str, start: datetime, random: Random) -> None:
    homes = Dwelling.objects.filter(building__estate__community=place.community, householder__isnull=False)
    homes = homes.exclude(householder__phone="").select_related("householder", "building__grid").order_by("pk")
    chosen = random.sample(list(homes[:1500]), k=min(RESIDENTS, len(homes)))
    for number, home in enumerate(sorted(chosen, key=lambda home: home.pk), 1):
        person = home.householder
        if person is None or User.objects.filter(phone=person.phone).exists():
            continue
        username = f"{prefix}resident" if number == 1 else f"{prefix}resident{number}"
        user = account(username, person.name, phone=person.phone, community=place.community)
        Membership.begin(user=user, dwelling=home, how=Membership.How.CODE, now=start)
        place.residents.append(user)


def _claimers(place: Place, prefix: str, since: date) -> None:
    community = place.community
    volunteers = Volunteer.objects.filter(person__community=community).select_related("person")[:VOLUNTEERS]
    members = PartyMember.objects.filter(person__community=community).select_related("person")[:MEMBERS]
    named = (
        ("volunteer", "volunteer", [row.person for row in volunteers]),
        ("party", "party_member", [row.person for row in members]),
    )
    for kind, role, people in named:
        for number, person in enumerate(people, 1):
            user = _account_of(person, f"{prefix}{kind}{'' if number == 1 else number}")
            appoint(user, role, community, since)
            place.claimers.append(user)
    for number, unit in enumerate(PartnerUnit.objects.filter(community=community).order_by("pk"), 1):
        username = f"{prefix}partner{'' if number == 1 else number}"
        user = account(username, unit.contact or unit.name, community=community, partner_unit=unit)
        appoint(user, "partner_liaison", unit, since)
        place.claimers.append(user)


def _account_of(person: Person, username: str) -> User:
    taken = User.objects.filter(phone=person.phone).exists()
    phone = None if taken or not person.phone else person.phone
    return account(username, person.name, phone=phone, community=person.community, person=person)


def _write_small_workbook(path: Path, community: Community, random: Random) -> None:
    """A second community's base workbook, as its office would type it."""
    book = Workbook()
    book.remove(book.worksheets[0])
    surnames, given = "王李张刘陈杨赵黄周吴徐孙胡朱高", "秀兰建国桂英卫东丽华志强玉珍海燕文静"

    def name() -> str:
        return random.choice(surnames) + "".join(random.sample(given, 2))

    def phone() -> str:
        return f"198{random.randrange(10**8):08d}"

    grids = [(f"{community.code}{n:03d}", f"第{n}网格", "居民网格", name(), phone(), None, None) for n in (1, 2, 3)]
    sheets: dict[str, list[tuple[Any, ...]]] = {
        "网格": [("网格编码", "网格名称", "网格类型", "专职网格员", "网格员电话", "网格长", "备注"), *grids],
        "楼栋": [("小区", "楼栋", "所属网格", "单元数", "层数", "建成年份", "户数")],
        "房屋": [("小区", "楼栋", "单元", "房号", "户主", "常住人口", "联系电话", "使用状况", "重点人群", "建筑面积")],
        "党员": [("姓名", "性别", "出生年月", "入党日期", "所在支部", "退役军人", "住址", "电话", "送学上门")],
        "共建单位": [
            ("单位名称", "联系人", "电话", "可提供资源", "协议日期"),
            ("东区社区医院", name(), phone(), "义诊、健康讲座", "2025-03-15"),
        ],
        "志愿者": [
            ("姓名", "电话", "队伍", "特长", "累计服务小时"),
            *[(name(), phone(), "志愿服务队", skill, 20) for skill in ("理发", "水电维修", "陪诊")],
        ],
    }
    for number in range(1, 13):
        building, grid = f"{number}号楼", grids[(number - 1) // 4][0]
        sheets["楼栋"].append(("东苑小区", building, grid, 2, 6, 1992, 24))
        for unit in (1, 2):
            for floor in range(1, 7):
                for door in (1, 2):
                    row = (
                        f"{unit}单元",
                        f"{floor}0{door}",
                        name(),
                        random.randrange(1, 5),
                        phone(),
                        "自住",
                        None,
                        68.5,
                    )
                    sheets["房屋"].append(("东苑小区", building, *row))
    for number in range(1, 25):
        home = f"东苑小区{(number - 1) % 12 + 1}号楼1单元{number % 6 + 1}01"
        sheets["党员"].append(
            (name(), "男", "1958-05", "1985-07-01", f"第{number % 3 + 1}党支部", None, home, phone(), None)
        )
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
