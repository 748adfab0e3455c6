"""The public-welfare fund: three months of giving, fairs and spending, one month closed, and a bank's file beside it."""

import csv
from datetime import datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from community.access.models import Post, Role
from community.core.perms import Perm
from community.core.reach import reach
from community.demonstration.photos import photo
from community.duties.models import Plan
from community.duties.planning import lay_out
from community.imports.importing import import_workbook
from points.fund import reconciling
from points.fund.closing import ACCOUNTANT
from points.models import Donation, Fair, Fund, MatchRule, Month, MonthClosing, Project, Spending, Voucher

if TYPE_CHECKING:
    from community.demonstration.people import Place
    from community.directory.models import User

DAY = timedelta(days=1)
# name, budget in yuan, what for
PROJECTS = (
    ("老龄配餐", 12_000, "八十岁以上独居老人，每餐补七元，十二点前送到。"),
    ("课后托管", 8_000, "双职工家庭的孩子，周一到周五放学后到活动室写作业、下棋。"),
    ("楼前小花园", 6_000, "三号楼前的空地改成小花园，居民提案、居民种、居民管。"),
)
# days ago, name, agreed to be named, yuan, project, by which way
GIFTS = (
    (78, "王建国", "family", 200, 0, "cash"), (75, "刘桂芳", "full", 500, 0, "bank"), (70, "", "", 66, 1, "cash"),
    (66, "陈秀英", "family", 100, 2, "wechat"), (58, "东门粮油店", "full", 2_000, 0, "bank"),
    (49, "赵志强", "nickname", 300, 2, "bank"), (41, "孙丽", "family", 150, 1, "alipay"),
    (33, "周大爷", "nickname", 50, 2, "cash"), (26, "区图书馆", "full", 1_000, 1, "bank"),
    (19, "吴敏", "", 88, 0, "wechat"), (12, "郑海", "family", 400, 0, "bank"), (5, "冯玉兰", "full", 200, 2, "bank"),
)  # fmt: skip
IN_TWO_PARTS = 200_000
STALLS = (("旧书摊", 18_650), ("手工皂", 9_300), ("孩子们的玩具", 22_400), ("绿植", 15_800), ("自家包子", 31_250))


def give(place: "Place", now: datetime) -> None:
    Fund.open_up(by=place.secretary, community=place.community, now=now - 90 * DAY)
    Fund.objects.filter(community=place.community).update(
        words="大家的钱，办大家的事。每一笔从哪里来、用到哪里去，都能查到凭证。",
        pay_to="社区服务大厅交现金，或转账到基金账户（户名：社区公益基金，账号见大厅公示）。", published=True,
    )  # fmt: skip
    projects = [
        Project.open_up(by=place.secretary, community=place.community, name=name, budget=yuan * 100, words=words,
                        now=now - 88 * DAY)
        for name, yuan, words in PROJECTS
    ]  # fmt: skip
    third = _supervisor(place)
    begins = timezone.localdate(now) - 365 * DAY
    Post.begin(
        user=place.staff, role=Role.objects.get(code=ACCOUNTANT), scope=place.community, by=None, begins_on=begins
    )
    _pool(place, now)
    _gifts(place, projects, now)
    _goods(place, projects[0], now)
    _fairs(place, projects, third, now)
    _spendings(place, projects, third, now)
    _close_months(place, now)
    _bank(place, now)


def _supervisor(place: "Place") -> "User":
    """A resident whom the residents have chosen to look over the fund."""
    user = place.residents[-1]
    role = Role.objects.get(code="supervisor")
    begins = timezone.localdate() - 365 * DAY
    if not reach(user, Perm.APPROVE_FUND):
        Post.begin(user=user, role=role, scope=place.community, by=None, begins_on=begins)
    return user


def _enter(place: "Place", project: Project, days: int, now: datetime, **facts: Any) -> Donation:
    at = now - days * DAY
    common: dict[str, Any] = {
        "by": place.staff,
        "community": place.community,
        "project": project,
        "day": timezone.localdate(at),
        "now": at,
    }
    return Donation.enter(**(common | facts))


def _pool(place: "Place", now: datetime) -> None:
    pool = Project.objects.pot(place.community.pk, Project.Sort.MATCHING)
    _enter(place, pool, 85, now, source="unit", donor_name="区慈善会", name_as="full", amount=500_000, via="bank",
           reference="CS20260801")  # fmt: skip
    MatchRule.lay_down(
        by=place.secretary, community=place.community, name="邻里一比一配捐", percent=100, income=["donation", "fair"],
        per_gift=50_000, cap=400_000, begins_on=timezone.localdate(now - 84 * DAY),
    )  # fmt: skip


def _gifts(place: "Place", projects: list[Project], now: datetime) -> None:
    for nth, (days, name, name_as, yuan, project, via) in enumerate(GIFTS):
        source = "anonymous" if not name else "unit" if len(name) > 3 else "person"
        donor = place.residents[0] if nth == 1 else None
        _enter(
            place, projects[project], days, now, source=source, donor_name=name, name_as=name_as, donor=donor,
            nickname=("一束光", "爱花的人")[nth % 2] if name_as == "nickname" else "", amount=yuan * 100, via=via,
            reference=f"LS{nth:06d}" if via == "bank" else "",
        )  # fmt: skip
    Donation.pledge(by=place.residents[0], project=projects[2], amount=10_000, name_as="family", now=now - 2 * DAY)


def _goods(place: "Place", project: Project, now: datetime) -> None:
    rice = _enter(
        place, project, 30, now, sort="goods", source="unit", donor_name="东门粮油店", name_as="full", goods="大米",
        quantity=40, unit="袋", unit_value=4_500,
    )  # fmt: skip
    day = timezone.localdate(now - 20 * DAY)
    rice.hand_out(
        by=place.staff, now=now - 20 * DAY, project=project, quantity=26, whom="3号楼、5号楼高龄老人", day=day
    )


def _fairs(place: "Place", projects: list[Project], third: "User", now: datetime) -> None:
    """One is in the books, one waits for the second name."""
    for days, title, sort, stalls in ((62, "九月跳蚤市场", "flea", STALLS), (4, "公益市集", "charity", STALLS[1:4])):
        at = now - days * DAY
        fair = Fair.plan(
            by=place.staff, community=place.community, title=title, sort=sort, day=timezone.localdate(at), place="文化广场",
            project=projects[0], now=at,
        )  # fmt: skip
        for stall, amount in stalls:
            fair.take(by=place.staff, stall=stall, amount=amount, now=at)
        fair.count(by=place.staff, now=at)
        if days > 30:
            fair.sign(by=third, now=at + DAY)


def _spendings(place: "Place", projects: list[Project], third: "User", now: datetime) -> None:
    asked = (
        (50, projects[0], 168_000, "九月老人助餐补贴", "东门食堂", 4),
        (28, projects[2], 45_000, "花苗和营养土", "绿园花木店", 3),
        (9, projects[1], 30_000, "托管班桌椅", "学林文具", 2),
        (3, projects[0], 150_000, "十月老人助餐补贴", "东门食堂", 0),
    )
    for days, project, amount, title, payee, steps in asked:
        at = now - days * DAY
        spending = Spending.request(
            by=place.staff,
            project=project,
            amount=amount,
            title=title,
            payee=payee,
            note="按项目计划，发票随后附上。",
            now=at,
        )
        _walk(place, spending, third, steps, at)


def _walk(place: "Place", spending: Spending, third: "User", steps: int, at: datetime) -> None:
    moves: list[tuple[str, dict[str, Any]]] = [
        ("review", {"by": place.secretary}),
        ("approve", {"by": third}),
        ("pay", {"by": place.staff, "amount": spending.amount - 500, "day": timezone.localdate(at + 2 * DAY), "via": "bank",
                 "photos": [photo(0)]}),
        ("close", {"by": place.secretary}),
    ]  # fmt: skip
    for nth, (verb, facts) in enumerate(moves[:steps]):
        getattr(spending, verb)(**facts, now=at + (nth + 1) * DAY)


def _close_months(place: "Place", now: datetime) -> None:
    """The accountant's duty was done in time, month by month; the last month that is over still waits for it."""
    plan = Plan.objects.get(kind=MonthClosing.matter_kind, community=place.community)
    months = Month.objects.filter(community=place.community).order_by("first_day")
    over = [month for month in months if month.first_day_after <= timezone.localdate(now)]
    for month in over:
        second = datetime.combine(month.first_day_after + DAY, time(10), timezone.get_default_timezone())
        lay_out([plan], second)
        if month != over[-1] and second + 2 * DAY < now:
            month.propose(by=place.staff, now=second + DAY)
            month.close(by=place.secretary, now=second + 2 * DAY)


def _bank(place: "Place", now: datetime) -> None:
    """What the bank knows: nearly all, one gift in two parts, interest that nobody entered, and one transfer short."""
    known = Voucher.objects.filter(community=place.community, via="bank", sort__in=["donation", "spending"])
    rows = [
        [voucher.day, part / 100, voucher.told, voucher.reference]
        for voucher in list(known.order_by("pk"))[:-1]
        for part in ((120_000, 80_000) if voucher.amount == IN_TWO_PARTS else (voucher.amount,))
    ]  # fmt: skip
    rows.append([timezone.localdate(now - 10 * DAY), 3.27, "结息", "JX0001"])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "银行流水.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([["交易日期", "金额", "摘要", "流水号"], *rows])
        import_workbook(path, place.community, by=None, now=now, profile="bank")
    reconciling.match_all(place.community.pk, by=place.staff, now=now)
