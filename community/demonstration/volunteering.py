"""Four volunteer teams as the articles name theirs, and their activities: past, waiting, going on, to come."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from points.models import Activity, Correction, Team, TeamKind, TeamMember

if TYPE_CHECKING:
    from community.demonstration.people import Place
    from community.directory.models import User

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
INSURED = "社区统一投保志愿者意外险；出了事先找队长，再打社区电话。"
# kind, name, what for, how one joins
TEAMS = (
    ("pioneers", "和睦志愿服务先锋团", "党员带头，帮老邻居跑腿、修修补补，楼道堆物一起清。", "open"),
    ("rapid", "退役军人突击队", "下雪下雨、停水停电，先到现场；平时夜里巡楼。", "approval"),
    ("windmill", "红色风车队", "假日学校、荷叶课堂，暑假陪孩子写作业。", "open"),
    ("arts", "红色文艺志愿服务队", "唱红歌、说快板，节日到楼院里演一场。", "open"),
)  # fmt: skip


def volunteer(place: "Place", now: datetime) -> None:
    people = [*place.claimers[:8], *place.residents[:8]]
    teams = _found(place, people, now - 60 * DAY)
    _served(place, teams, people, now)
    _waiting(place, teams, people, now)
    _going_on(teams, people, now)
    _to_come(place, teams, people, now)


def _found(place: "Place", people: "list[User]", then: datetime) -> list[Team]:
    """Each led by a volunteer and joined by others, some of whom agree to be named."""
    made = []
    for number, (kind, name, purpose, admission) in enumerate(TEAMS):
        leader = people[number]
        team = Team.found(
            by=place.staff, community=place.community, name=name, leader=leader, purpose=purpose, admission=admission,
            kind=TeamKind.objects.get(code=kind), insurance=INSURED, insured_until=date(then.year + 1, 12, 31), now=then,
        )  # fmt: skip
        for turn, user in enumerate(people[number % 3 :: 2]):
            row = TeamMember.join(
                team,
                by=user,
                words="周末有空" if turn % 3 == 0 else "",
                name_as=("family", "", "full")[turn % 3],
                now=then + DAY,
            )
            if row.admitted_at is None and turn < 4:
                row.admit(by=leader, now=then + 2 * DAY)
        made.append(team)
    return made


def _at(now: datetime, days: int, hour: int) -> datetime:
    return timezone.localtime(now + days * DAY).replace(hour=hour, minute=0, second=0, microsecond=0)


def _hold(team: Team, title: str, where: str, starts: datetime, hours: int, people: "list[User]") -> Activity:
    """Announced a week before, signed up for, held, its end come."""
    leader = _leader(team)
    activity = Activity.announce(
        by=leader, team=team, title=title, place=where, starts_at=starts, ends_at=starts + hours * HOUR, needed=8,
        insured=True, now=starts - 7 * DAY,
    )  # fmt: skip
    for user in people:
        activity.sign_up(by=user, now=starts - 3 * DAY)
    activity.begin(by=None, now=starts)
    activity.tick(by=leader, people=people, now=starts)
    return activity


def _leader(team: Team) -> "User":
    assert team.leader is not None  # noqa: S101 - founded with one
    return team.leader


def _report(activity: Activity, people: "list[User]") -> None:
    activity.end(by=None, now=activity.ends_at)
    hours = {user.pk: activity.length - 30 * (turn % 2) for turn, user in enumerate(people)}
    activity.propose(by=_leader(activity.team), hours=hours, now=activity.ends_at + HOUR)


def _served(place: "Place", teams: list[Team], people: "list[User]", now: datetime) -> None:
    """Recorded by the leader, proved by the community; one asks to have it corrected."""
    told = (
        ("清理三号楼楼道", "3号楼前", -24, 9, 0),
        ("雨后清排水口", "北门", -16, 14, 1),
        ("楼院快板专场", "小广场", -9, 15, 3),
    )
    for title, where, days, hour, nth in told:
        others = [user for user in people[nth::3] if user != teams[nth].leader][:5]
        crew = list(dict.fromkeys([*others, people[8]]))
        activity = _hold(teams[nth], title, where, _at(now, days, hour), 2, crew)
        _report(activity, crew)
        activity.confirm(by=place.staff, now=activity.ends_at + DAY)
    row = activity.sign_ups.recorded().filter(minutes=90).order_by("pk").first()
    if row is not None:
        Correction.ask(by=row.user, sign_up=row, minutes=120, note="搬完道具才走，待满了两小时。", now=now - 2 * DAY)


def _waiting(place: "Place", teams: list[Team], people: "list[User]", now: datetime) -> None:
    crew = people[4:8]
    activity = _hold(teams[0], "给独居老人送冬被", "活动室集合", _at(now, -2, 9), 2, crew)
    _report(activity, crew)
    activity.object(by=crew[1], note="我十一点才走，应该是两小时。", now=now - DAY)
    called_off = Activity.announce(
        by=_leader(teams[2]), team=teams[2], title="荷叶课堂", place="社区图书角", starts_at=_at(now, 1, 15),
        ends_at=_at(now, 1, 17), needed=4, now=now - 5 * DAY,
    )  # fmt: skip
    called_off.sign_up(by=people[9], now=now - 4 * DAY)
    called_off.cancel(by=place.staff, note="图书角这周刷墙，改到下周。", now=now - DAY)


def _going_on(teams: list[Team], people: "list[User]", now: datetime) -> None:
    """Right now, so that the code can be shown and scanned."""
    starts = now - timedelta(minutes=20)
    activity = Activity.announce(
        by=_leader(teams[0]), team=teams[0], title="楼道飞线清理", place="5号楼前", starts_at=starts, ends_at=starts + 3 * HOUR,
        needed=8, insured=True, words="戴手套，工具社区准备。", now=now - 6 * DAY,
    )  # fmt: skip
    for user in people[8:12]:
        activity.sign_up(by=user, now=now - 2 * DAY)
    activity.begin(by=None, now=starts)
    activity.tick(by=_leader(teams[0]), people=people[10:12], now=starts)


def _to_come(place: "Place", teams: list[Team], people: "list[User]", now: datetime) -> None:
    plans = (
        (0, "周末理发修鞋", "小广场", 3, 9, 6, "会理发、修鞋的最好", 3), (2, "假日学校", "社区二楼", 4, 14, 2, "", 4),
        (1, "夜里巡楼", "东门岗亭", 2, 20, 4, "", 2), (1, "夜里巡楼", "东门岗亭", 9, 20, 4, "", 1),
        (3, "元旦排练", "活动室", 6, 15, 12, "唱歌、快板、二胡", 3),
    )  # fmt: skip
    for nth, title, where, days, hour, needed, skills, come in plans:
        activity = Activity.announce(
            by=_leader(teams[nth]), team=teams[nth], title=title, place=where, starts_at=_at(now, days, hour),
            ends_at=_at(now, days, hour) + 2 * HOUR, needed=needed, skills=skills, insured=nth != 3, now=now - DAY,
        )  # fmt: skip
        for user in people[8 + nth : 8 + nth + come]:
            activity.sign_up(by=user, now=now - 5 * HOUR)
