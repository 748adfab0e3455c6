"""Closing a half-year, and finding whose hours have reached a star. Both may be run any number of times."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Avg, Count, Exists, OuterRef, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.directory.models import Community, User
from community.notices.kinds import NoticeKind
from community.notices.outbox import queue
from points.models.account import Account, Asset, Kind
from points.models.posting import Line, Posting
from points.periods import half_of
from points.stars.models import Star, StarPeriod, StarThreshold, VolunteerStar

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
    earned, rated = _earned(period), _rated(period)
    here = User.objects.filter(pk__in=earned, is_active=True, community=period.community_id)
    found = []
    for user in here.order_by("pk"):
        rating, count = rated.get(user.pk, (None, 0))
        met = next((row for row in thresholds if row.is_met(earned[user.pk], rating)), None)
        if met is not None:
            points = earned[user.pk]
            found.append(Star(period=period, user=user, stars=met.stars, points=points, rating=rating, rated=count))
    return found


def _earned(period: StarPeriod) -> dict[int, int]:
    """What was given less what was taken back; spending, holding and expiring take nothing from merit."""
    given = Line.objects.filter(posting=OuterRef("posting"), account__kind=Kind.ISSUANCE)
    rows = Line.objects.filter(
        Exists(given), account__community=period.community_id, account__kind=Kind.AVAILABLE, account__asset=Asset.POINTS,
        posting__community=period.community_id, posting__kind__in=(Posting.Kind.POST, Posting.Kind.REVERSE),
        posting__at__gte=period.span.since, posting__at__lt=period.span.until,
    )  # fmt: skip
    return dict(rows.order_by().values_list("account__owner").annotate(sum=Sum("amount")))


def _rated(period: StarPeriod) -> dict[int, tuple[Decimal, int]]:
    """The mean rating of what each handled, and how often they were rated."""
    rows = Case.objects.filter(
        community=period.community_id, handler__isnull=False, rating__isnull=False,
        rated_at__gte=period.span.since, rated_at__lt=period.span.until,
    ).order_by().values_list("handler").annotate(mean=Avg("rating"), times=Count("pk"))  # fmt: skip
    return {user: (Decimal(mean).quantize(Decimal("0.1")), times) for user, mean, times in rows}


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
    accounts = Account.objects.filter(
        community=community, asset=Asset.HOURS, kind=Kind.AVAILABLE, owner__is_active=True,
        balance__gte=threshold.at_least * 60,
    ).exclude(owner__in=have).select_related("owner")  # fmt: skip
    for account in accounts:
        if account.owner is not None:
            _give(account.owner, community, threshold, account.balance, now)
    return len(accounts)


def _give(user: User, community: Community, threshold: StarThreshold, minutes: int, now: datetime) -> None:
    """Told once: whoever comes second at the same moment creates nothing and says nothing."""
    with transaction.atomic():
        _star, new = VolunteerStar.objects.get_or_create(
            user=user, community=community, stars=threshold.stars,
            defaults={"minutes": minutes, "reached_on": timezone.localdate(now)},
        )  # fmt: skip
        if new:
            queue(SERVED, [user], now=now, params={"stars": threshold.stars, "hours": threshold.at_least})
