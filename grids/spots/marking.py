"""The third report at one place within ninety days marks it; every further one is counted."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from community.access.holders import nearest_holders
from community.cases.topics import Proposal
from community.core.perms import Perm
from community.core.verbs import Step
from community.notices import kinds, outbox
from community.notices.kinds import NoticeKind
from grids.models.incident import Incident
from grids.spots.models import RecurringSpot
from grids.suggesting.places import NEAR_METRES, metres_between, near
from grids.suggesting.traces import Trace

WITHIN = timedelta(days=90)
THIRD = 3
MARKED = NoticeKind(
    "spot.marked", _("重复点位：“%(title)s”"), body=_("90 天内第 %(times)s 次。建议找原因，或提交居民协商。")
)


def register_all() -> None:
    kinds.register("", MARKED)


def follow(step: Step) -> None:
    """A follower, after the trace is left: count what was reported here before."""
    incident = step.matter
    if isinstance(incident, Incident) and step.move.opens and incident.parent_id is None:
        mark(incident, step.now)


def mark(incident: Incident, now: datetime) -> RecurringSpot | None:
    """Mark or renew the spot of an incident that is not the first nor the second; its leaders hear of a new one."""
    times = times_at(incident, now)
    if times < THIRD:
        return None
    if spot := spot_of(incident):
        RecurringSpot.objects.filter(pk=spot.pk).update(times=times, last_at=now)
        return spot
    spot = _marked(incident, times, now)
    if spot is not None:
        _tell(spot, incident, now)
    return spot


def times_at(incident: Incident, now: datetime) -> int:
    """How often the same code was reported at the same place in the last ninety days, this time included. One query."""
    rows = Trace.objects.filter(category__code=incident.category.code, raised_at__gt=now - WITHIN)
    if incident.building_id is not None:
        return rows.filter(building=incident.building_id).count()
    spot = own_spot(incident)
    if spot is None:
        return 0
    close = rows.filter(near(spot), community=incident.community_id, building=None).values_list("lat", "lng")
    return sum(metres_between(spot, (lat or 0, lng or 0)) <= NEAR_METRES for lat, lng in close)


def spot_of(incident: Incident) -> RecurringSpot | None:
    """The open spot at which the incident lies, if any. One query."""
    rows = RecurringSpot.objects.open().filter(community=incident.community_id, code=incident.category.code)
    if incident.building_id is not None:
        return rows.filter(building=incident.building_id).first()
    spot = own_spot(incident)
    return rows.filter(near(spot), building=None).first() if spot else None


def own_spot(incident: Incident) -> tuple[float, float] | None:
    lat, lng = incident.spot_lat, incident.spot_lng
    return None if lat is None or lng is None else (lat, lng)


def _marked(incident: Incident, times: int, now: datetime) -> RecurringSpot | None:
    """None when the same place was marked at this very moment, or a spot half beside it is open."""
    place: dict[str, Any] = {"building_id": incident.building_id}
    if incident.building_id is None:
        place = {"lat": incident.spot_lat, "lng": incident.spot_lng}
    try:
        with transaction.atomic():
            return RecurringSpot.objects.create(
                community_id=incident.community_id, grid_id=incident.grid_id, category=incident.category,
                code=incident.category.code, times=times, marked_at=now, last_at=now, **place,
            )  # fmt: skip
    except IntegrityError:
        return None


def _tell(spot: RecurringSpot, incident: Incident, now: datetime) -> None:
    leaders = nearest_holders(Perm.LEAD_COMMUNITY, community_id=spot.community_id, grid_id=None)
    outbox.queue(MARKED, leaders, now=now, matter=incident, params={"title": str(spot), "times": spot.times})


def proposal_of(spot: RecurringSpot, numbers: "list[str]") -> Proposal:
    """The topic that a spot offers."""
    title = _("怎样从根上解决%(spot)s") % {"spot": spot}
    reason = _("90 天内反映 %(times)s 次") % {"times": spot.times}
    return Proposal(str(title), str(reason), spot.community_id, tuple(numbers))
