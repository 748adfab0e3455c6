"""The grids' own story: posts filled and a few left empty, stewards with licences, a reserve, and two redraws."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from community.access.models import Post, Role
from community.demonstration.people import Cast, Place, account, appoint
from community.directory.models import Grid, User
from grids.models import Licence, Redraw, Reservist, Seat
from grids.posts.watch import watch_posts

PART_TIMERS = ("孟凡", "曹丽", "韩冬", "邵平", "贾敏", "谭勇")
SKILLS = ("水电维修、会开锁", "理发", "会手语、陪诊", "法律咨询", "摄影、写稿")
SUPERVISION = "053112345"


def staff_grids(cast: Cast, since: date) -> None:
    """Fill the posts of “1+2+X+N” and the five levels from the first day; what is left empty shows later."""
    for place in cast.places:
        prefix = "" if place is cast.places[0] else "east_"
        grids = [grid for grid in place.grids if grid.kind == Grid.Kind.RESIDENTIAL]
        Grid.objects.filter(community=place.community).update(supervision_phone=SUPERVISION)
        for number, grid in enumerate(grids):
            appoint(place.staff if number % 2 else place.secretary, "grid_cadre", grid, since)
            _part_timers(place, prefix, number, grid, since)
            if number != 4:
                _micro_worker(place, number, grid, since)


def _part_timers(place: Place, prefix: str, number: int, grid: Grid, since: date) -> None:
    """Two in most grids; the third grid lacks one."""
    for nth in range(1 if number == 2 else 2):
        name = PART_TIMERS[(number * 2 + nth) % len(PART_TIMERS)]
        user = account(f"{prefix}parttime{number * 2 + nth + 1}", name, community=place.community)
        appoint(user, "parttime_worker", grid, since)


def _micro_worker(place: Place, number: int, grid: Grid, since: date) -> None:
    """Neighbours of the grid; the term of the first ends soon."""
    user = place.residents[number + 2]
    ends = timezone.localdate() + timedelta(days=18) if number == 0 else None
    role = Role.objects.get(code="micro_worker")
    Post.begin(user=user, role=role, scope=grid, by=None, begins_on=since, ends_on=ends)


def stage_grids(cast: Cast, now: datetime) -> None:
    """What stands open today: stewards offered and claimed, vacancies found, one redraw in effect and one to decide."""
    west, east = cast.places
    _stewards(west, now)
    _stewards_of_the_smaller(east, now)
    _redraws(west, east, now)
    watch_posts(now)


def _stewards(place: Place, now: datetime) -> None:
    volunteer, party = User.objects.get(username="volunteer"), User.objects.get(username="party")
    lane = _offered(place, "lane_steward", place.grids[0], now - timedelta(days=3))
    lane.claim(by=volunteer, now=now - timedelta(days=2), note="我天天走这条巷子。")
    lane.approve(by=place.secretary, now=now - timedelta(days=1))
    repair = _offered(place, "steward_repair", None, now - timedelta(days=3))
    repair.claim(by=party, now=now - timedelta(days=2))
    repair.approve(by=place.secretary, now=now - timedelta(days=1))
    Licence.objects.get(post=repair.post).show_name(True, by=party)
    for user, skills in zip(place.residents[12:], SKILLS, strict=False):
        Reservist.join(by=user, skills=skills, now=now - timedelta(days=6))
    _offered(place, "steward_policy", None, now - timedelta(hours=30))
    _offered(place, "steward_care", None, now - timedelta(hours=5)).claim(by=place.residents[13], now=now)


def _stewards_of_the_smaller(place: Place, now: datetime) -> None:
    """One licensed, one offered, two in the reserve."""
    lane = _offered(place, "lane_steward", place.grids[0], now - timedelta(days=4))
    lane.claim(by=place.claimers[0], now=now - timedelta(days=3), note="就住在巷口。")
    lane.approve(by=place.secretary, now=now - timedelta(days=2))
    _offered(place, "steward_repair", None, now - timedelta(hours=20))
    for user, skills in zip(place.residents[8:], SKILLS[:2], strict=False):
        Reservist.join(by=user, skills=skills, now=now - timedelta(days=4))


def _offered(place: Place, code: str, grid: Grid | None, at: datetime) -> Seat:
    role = Role.objects.get(code=code)
    return Seat.put_up(by=place.secretary, role=role, community=place.community, grid=grid, now=at)


def _redraws(west: Place, east: Place, now: datetime) -> None:
    """In the east a building changed grid yesterday; in the west a draft waits for the secretary."""
    yesterday, grids = now - timedelta(days=1), east.grids
    done = Redraw.draw(
        by=east.staff, community=east.community, effective_on=timezone.localdate(yesterday), now=yesterday
    )
    done.shift(by=east.staff, buildings=list(grids[-1].buildings.all()[:1]), target=grids[0], now=yesterday)
    done.confirm(by=east.secretary, now=yesterday)
    done.take_effect(by=None, now=yesterday)
    draft = Redraw.draw(
        by=west.staff, community=west.community, effective_on=timezone.localdate(now) + timedelta(days=9), now=now
    )
    draft.shift(by=west.staff, buildings=list(west.grids[0].buildings.all()[:3]), target=west.grids[1], now=now)
    draft.submit(by=west.staff, now=now, note="第1网格户数偏多，请书记看看。")
