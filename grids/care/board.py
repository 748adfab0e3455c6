"""Who has heard of each elder today; the leader's board. A fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Max, Q
from django.utils import timezone

from community.access.masking import mask_name
from community.core.models import Entry
from grids.care.duties import CareCall, Status
from grids.care.models import CarePlan

if TYPE_CHECKING:
    from community.directory.models import User

MOST = 500
UNREACHED, REACHED, HELPED, RESTING, NO_CALL = "unreached", "reached", "help", "resting", "none"


@dataclass(frozen=True)
class Elder:
    """One line of the board."""

    care: CarePlan
    call: CareCall | None
    state: str
    last: datetime | None

    @property
    def name(self) -> str:
        return mask_name(self.care.person.name)

    @property
    def tone(self) -> str:
        if self.state == UNREACHED:
            return self.call.tone if self.call else "waiting"
        return {REACHED: "done", HELPED: "overdue", RESTING: "paused"}.get(self.state, "info")


@dataclass(frozen=True)
class Board:
    elders: list[Elder]

    def count(self, *states: str) -> int:
        return sum(1 for elder in self.elders if elder.state in states)

    def those(self, state: str) -> list[Elder]:
        return [elder for elder in self.elders if elder.state == state] if state else self.elders


def board_of(user: "User", now: datetime, **place: Any) -> Board:
    """The elders of the places where the person visits, those not yet reached first; two queries."""
    rows = CarePlan.objects.visible_to(user).open().filter(**place)
    spoken = Q(person__duties__status="done", person__duties__kind__in=("care_call", "visit"))
    rows = rows.select_related("person", "dwelling__building__estate", "grid", "handler")
    cares = list(rows.annotate(last=Max("person__duties__ended_at", filter=spoken)).order_by("pk")[:MOST])
    today = CareCall.objects.of_kind().filter(
        day=timezone.localdate(now), plan__care_line__care__in=[care.pk for care in cares]
    )
    calls = {call.care.pk: call for call in today.exclude(status=Status.CALLED_OFF).listed()}
    helped = _helped(calls)
    elders = [_elder(care, calls.get(care.pk), helped) for care in cares]
    return Board(sorted(elders, key=lambda elder: (elder.state != UNREACHED, elder.state != HELPED, elder.care.pk)))


def _helped(calls: dict[int, CareCall]) -> set[int]:
    """The calls that ended with a need for help; one query."""
    rows = Entry.objects.filter(occurrence__in=[call.pk for call in calls.values()], verb="needs_help")
    return set(rows.values_list("occurrence", flat=True))


def _elder(care: Any, call: CareCall | None, helped: set[int]) -> Elder:
    return Elder(care, call, _state(care, call, helped), care.last)


def _state(care: CarePlan, call: CareCall | None, helped: set[int]) -> str:
    if care.status == CarePlan.Status.RESTING:
        return RESTING
    if call is None:
        return NO_CALL
    if call.status != Status.DONE:
        return UNREACHED
    return HELPED if call.pk in helped else REACHED
