"""What stood in the red account before the ninety days: points of last year, a policy that lets them lapse, awards."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from community.demonstration.people import Cast, Place
from points import expiry, ledger
from points.models import Award, ExpiryPolicy, issuance, member
from points.periods import half_of

if TYPE_CHECKING:
    from community.demonstration.agenda import Agenda
    from community.directory.models import User

DAY = timedelta(days=1)
DEEDS = ("讲微党课", "邻里调解", "信息采集", "环境保洁", "夜间巡逻")
CARRIED = ((375, 18), (345, 12))  # days ago, points: the first lot lapsed nine days ago, the second will in three weeks


def look_back(cast: Cast, agenda: "Agenda", now: datetime) -> None:
    place = cast.places[0]
    people = thanked(place)
    _carry_over(place, [place.residents[0], *people[:3]], now)
    _half_year(place, people, now)
    _lapse_nightly(place, agenda, now)


def thanked(place: Place) -> "list[User]":
    return [user for user in place.claimers if user.person_id][:12]


def _carry_over(place: Place, people: "list[User]", now: datetime) -> None:
    """Two lots each of the year before."""
    for days, points in CARRIED:
        for user in people:
            entries = [(issuance(place.community.pk), -points), (member(user, place.community.pk), points)]
            source = ledger.Source("上年度积分结转")
            ledger.post(entries, key=f"carried:{user.pk}:{days}", source=source, now=now - days * DAY, by=place.staff)


def _half_year(place: Place, people: "list[User]", now: datetime) -> None:
    """Deeds of the half-year that is over, each proposed and approved by two."""
    start = half_of(timezone.localdate(now)).before().since
    for number, user in enumerate(people):
        for turn in range(1 + number % 4):
            then = start + (20 + number * 5 + turn * 11) * DAY
            award(place, user, (12, 20, 35)[turn % 3], DEEDS[(number + turn) % len(DEEDS)], then)


def award(place: Place, user: "User", amount: int, words: str, then: datetime) -> Award:
    made = Award.propose(
        by=place.staff, community=place.community, member=user, amount=amount, words=words,
        note="有签到记录和现场照片。", now=then,
    )  # fmt: skip
    return made.approve(by=place.secretary, now=then + DAY)


def _lapse_nightly(place: Place, agenda: "Agenda", now: datetime) -> None:
    """Points last a year there; every night of the history looks what has lapsed and warns of what will."""
    ExpiryPolicy.objects.create(
        community=place.community, months=12, warn_days=30, begins_on=timezone.localdate(now) - 150 * DAY
    )
    night = agenda.now + timedelta(hours=1)
    while night < now:
        agenda.at(night, _lapse)
        night += DAY


def _lapse(now: datetime) -> None:
    expiry.run_due(now)
