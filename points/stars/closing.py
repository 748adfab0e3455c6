"""Closing a half-year, and finding whose hours have reached a star. Both may be run any number of times.

Merit goes with the person: into the account that theirs was merged into, and into the community that was made out of the
one where they earned it.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.directory.models import Community, User
from community.notices.kinds import NoticeKind
from community.notices.outbox import queue
from points.division.models import Division
from points.models.account import Account, Asset, Kind
from points.models.posting import Line, Posting
from points.periods import half_of
from points.stars.models import Star, StarPeriod, StarThreshold, VolunteerStar
from points.succession import successors

GRACE = timedelta(days=3)  # what phones hand in late still counts
REACHED = NoticeKind(
    "star.reached", _("%(period)s，您评为 %(stars)s 星"), body=_("半年积分 %(points)s。只有您自己看得到。")
)
SERVED = NoticeKind("star.served", _("志愿服务满 %(hours)s 小时，您是 %(stars)s 星志愿者"), body=_("可以领取证书。"))


def close_due(now: datetime | None = None) -> int:
    """Close the last half-year of every community where that has not been done. Returns how many were closed."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    period = half_of(today).before()
    if today <= period.last + GRACE:
        return 0
    done = StarPeriod.objects.filter(first=period.first, closed_at__isnull=False).values("community")
    return sum(close(community, period.first, now) for community in Community.objects.exclude(pk__in=done))


def close(community: Community, first: date, now: datetime) -> bool:
    """Once: the row is locked until its stars stand; whoever comes second finds it closed."""
    span = half_of(first)
    with transaction.atomic():
        StarPeriod.objects.bulk_create(
            [StarPeriod(community=community, first=span.first, last=span.last)], ignore_conflicts=True
        )
        period = StarPeriod.objects.select_for_update().get(community=community, first=span.first)
        if period.closed_at is not None:
            return False
        stars = Star.objects.bulk_create(_judged(period), batch_size=1000)
        period.closed_at = now
        period.save(update_fields=["closed_at"])
        _tell(period, stars, now)
    return True


def _judged(period: StarPeriod) -> list[Star]:
    """Everybody still here whose points and ratings reach a threshold."""
    thresholds = StarThreshold.objects.of(period.community_id, StarThreshold.Kind.POINTS)
    places = [period.community_id, *_origins(period.community_id)]
    earned, rated = _earned(period, places), _rated(period, places)
    here = User.objects.filter(pk__in=earned, is_active=True, community=period.community_id)
    found = []
    for user in here.order_by("pk"):
        rating, count = rated.get(user.pk, (None, 0))
        met = next((row for row in thresholds if row.is_met(earned[user.pk], rating)), None)
        if met is not None:
            points = earned[user.pk]
            found.append(Star(period=period, user=user, stars=met.stars, points=points, rating=rating, rated=count))
    return found


def _origins(community_id: int) -> list[int]:
    """The communities out of which people came over to this one with what they had."""
    done = Division.objects.filter(target=community_id, status=Division.Status.DONE)
    return sorted(set(done.values_list("community", flat=True)))


def _earned(period: StarPeriod, places: list[int]) -> dict[int, int]:
    """What was given less what was taken back; spending, holding and expiring take nothing from merit."""
    given = Line.objects.filter(posting=OuterRef("posting"), account__kind=Kind.ISSUANCE)
    rows = Line.objects.filter(
        Exists(given), account__community__in=places, account__kind=Kind.AVAILABLE, account__asset=Asset.POINTS,
        posting__community__in=places, posting__kind__in=(Posting.Kind.POST, Posting.Kind.REVERSE),
        posting__at__gte=period.span.since, posting__at__lt=period.span.until,
    )  # fmt: skip
    merged, sums = successors(places), defaultdict[int, int](int)
    for owner, amount in rows.order_by().values_list("account__owner").annotate(sum=Sum("amount")):
        sums[_by_now(owner, merged)] += amount
    return dict(sums)


def _rated(period: StarPeriod, places: list[int]) -> dict[int, tuple[Decimal, int]]:
    """The mean rating of what each handled, and how often they were rated."""
    rows = Case.objects.filter(
        community__in=places, handler__isnull=False, rating__isnull=False,
        rated_at__gte=period.span.since, rated_at__lt=period.span.until,
    ).order_by().values_list("handler").annotate(sum=Sum("rating"), times=Count("pk"))  # fmt: skip
    merged, found = successors(places), defaultdict[int, list[int]](lambda: [0, 0])
    for user, total, times in rows:
        both = found[_by_now(user, merged)]
        both[0], both[1] = both[0] + total, both[1] + times
    return {user: ((Decimal(total) / times).quantize(Decimal("0.1")), times) for user, (total, times) in found.items()}


def _by_now(user_id: int, merged: dict[int, User]) -> int:
    return merged[user_id].pk if user_id in merged else user_id


def _tell(period: StarPeriod, stars: list[Star], now: datetime) -> None:
    """To each alone: nobody reads another's."""
    for star in stars:
        queue(REACHED, [star.user], now=now, params={"period": str(period), "stars": star.stars, "points": star.points})


def reach_due(now: datetime | None = None) -> int:
    """Give the stars that hours have reached since. Returns how many are new."""
    now = now or timezone.now()
    new = 0
    for community in Community.objects.order_by("pk"):
        for threshold in StarThreshold.objects.of(community.pk, StarThreshold.Kind.HOURS):
            new += _reach(community, threshold, now)
    return new


def _reach(community: Community, threshold: StarThreshold, now: datetime) -> int:
    have = VolunteerStar.objects.filter(community=community, stars=threshold.stars).values("user")
    accounts = list(Account.objects.filter(
        community=community, asset=Asset.HOURS, kind=Kind.AVAILABLE, owner__is_active=True,
        balance__gte=threshold.at_least * 60,
    ).exclude(owner__in=have).select_related("owner"))  # fmt: skip
    before = _reached_before(community, threshold) if accounts else {}
    for account in accounts:
        if account.owner is not None:
            _give(account.owner, community, threshold, account.balance, now, before.get(account.owner.pk))
    return len(accounts)


def _reached_before(community: Community, threshold: StarThreshold) -> dict[int, date]:
    """By person: the day on which another account of theirs, or they in another community, had the star already."""
    origins = _origins(community.pk)
    merged = successors([community.pk, *origins])
    earlier = VolunteerStar.objects.filter(
        Q(community__in=origins) | Q(community=community, user__in=merged), stars=threshold.stars
    )
    rows = earlier.order_by("-reached_on").values_list("user", "reached_on")
    return {_by_now(user, merged): day for user, day in rows}


def _give(
    user: User, community: Community, threshold: StarThreshold, minutes: int, now: datetime, before: date | None
) -> None:  # fmt: skip
    """Told once: whoever comes second at the same moment creates nothing and says nothing, nor is anything said of what
    the same hours had brought before.
    """
    with transaction.atomic():
        _star, new = VolunteerStar.objects.get_or_create(
            user=user, community=community, stars=threshold.stars,
            defaults={"minutes": minutes, "reached_on": before or timezone.localdate(now)},
        )  # fmt: skip
        if new and before is None:
            queue(SERVED, [user], now=now, params={"stars": threshold.stars, "hours": threshold.at_least})
