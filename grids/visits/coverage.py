"""How many households were reached: by tier and by building; a fixed number of queries."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from community.directory.models import Building, Dwelling
from grids.visits.reach import places_visited
from grids.visits.record import VisitRecord
from grids.visits.tiers import RHYTHM_WORDS, TONES, HouseholdTier, Tier
from grids.visits.visit import Visit

if TYPE_CHECKING:
    from community.directory.models import User

DAYS = 30


@dataclass(frozen=True)
class TierLine:
    """``households`` stand in the tier, ``met`` of them were spoken to in the period."""

    tier: Tier
    households: int
    met: int

    @property
    def label(self) -> str:
        return str(self.tier.label)

    @property
    def rhythm(self) -> str:
        return str(RHYTHM_WORDS[self.tier])

    @property
    def tone(self) -> str:
        return TONES[self.tier]

    @property
    def share(self) -> int | None:
        return round(100 * self.met / self.households) if self.households else None


@dataclass(frozen=True)
class Sums:
    """The visits of the period, as many as were due."""

    done: int
    missed: int
    open: int
    follow_ups: int


def since(days: int, now: datetime) -> datetime:
    """The start of the local day ``days`` days ago, today counted."""
    first: date = timezone.localdate(now) - timedelta(days=days - 1)
    return timezone.make_aware(datetime.combine(first, time.min))


def by_tier(user: "User", begins: datetime, **place: Any) -> list[TierLine]:
    """One query."""
    met = VisitRecord.objects.met().filter(dwelling=OuterRef("dwelling"), at__gte=begins).order_by()
    rows = HouseholdTier.objects.visible_to(user).current().filter(**place)
    rows = rows.annotate(met_at=Subquery(met.values("dwelling").annotate(last=Max("at")).values("last")))
    found = {
        row["tier"]: row
        for row in rows.order_by().values("tier").annotate(n=Count("pk"), met=Count("met_at"))
    }  # fmt: skip
    none = {"n": 0, "met": 0}
    return [TierLine(tier, found.get(tier, none)["n"], found.get(tier, none)["met"]) for tier in reversed(Tier)]


def by_building(user: "User", begins: datetime, **place: Any) -> Any:
    """Buildings with their doors and those spoken to in the period, least covered first. One query."""
    doors = Dwelling.objects.filter(building=OuterRef("pk")).order_by().values("building").annotate(n=Count("pk"))
    met = VisitRecord.objects.met().filter(dwelling__building=OuterRef("pk"), at__gte=begins).order_by()
    spoken: Any = met.values("dwelling__building").annotate(n=Count("dwelling", distinct=True)).values("n")
    rows = Building.objects.filter(places_visited(user, "estate__community", "grid")).filter(**place)
    return (
        rows.select_related("estate", "grid")
        .annotate(doors=Coalesce(Subquery(doors.values("n")), 0), met=Coalesce(Subquery(spoken), 0))
        .filter(doors__gt=0)
        .order_by("met", "-doors", "pk")
    )  # fmt: skip


def sums(user: "User", begins: datetime, now: datetime, **place: Any) -> Sums:
    """One query over the visits of the period."""
    rows = Visit.objects.visible_to(user).filter(**place)
    rows = rows.filter(day__gte=timezone.localdate(begins), day__lte=timezone.localdate(now))
    counted = rows.aggregate(
        done=Count("pk", filter=Q(status="done")),
        missed=Count("pk", filter=Q(status="missed")),
        open=Count("pk", filter=Q(ended_at=None)),
        follow_ups=Count("pk", filter=Q(about__isnull=False, status="done")),
    )
    return Sums(**counted)
