"""Who stands at a desk must have rested: shifts of one person with less than eight hours between them are one stretch,
and no stretch holds more than twenty-four hours of duty."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from community.duties.models.occurrence import Occurrence

if TYPE_CHECKING:
    from community.directory.models import User

REST, LONGEST = timedelta(hours=8), timedelta(hours=24)
NEAR = timedelta(days=3)  # a stretch that is allowed reaches no farther


class Shift(NamedTuple):
    """A time at a desk; ``key`` tells it from the others of its person."""

    key: Hashable
    opens_at: datetime
    closes_at: datetime

    @property
    def lasts(self) -> timedelta:
        return self.closes_at - self.opens_at


def has_room(shift: Shift, others: Iterable[Shift]) -> bool:
    """Whether somebody with these other shifts may stand this one too."""
    stretch, worked = (shift.opens_at, shift.closes_at), shift.lasts
    earlier = sorted((other for other in others if other.opens_at < shift.opens_at), reverse=True, key=_opening)
    later = sorted((other for other in others if other.opens_at >= shift.opens_at), key=_opening)
    for other in (*earlier, *later):
        gap = max(other.opens_at - stretch[1], stretch[0] - other.closes_at)
        if gap < timedelta(0):
            return False
        if gap < REST:
            stretch, worked = (min(stretch[0], other.opens_at), max(stretch[1], other.closes_at)), worked + other.lasts
    return worked <= LONGEST


def _opening(shift: Shift) -> datetime:
    return shift.opens_at


class Shifts:
    """The shifts that people are known to stand, laid out already or about to be."""

    def __init__(self) -> None:
        self._of: dict[int, dict[Hashable, Shift]] = defaultdict(dict)
        self._who: dict[Hashable, int] = {}

    def load(self, community_ids: Iterable[int], begin: datetime, end: datetime) -> None:
        """Those around this time at all desks of these communities. One query."""
        rows = Occurrence.objects.exclude(status=Occurrence.Status.CALLED_OFF).filter(
            desk__community__in=list(community_ids), opens_at__range=(begin - NEAR, end + NEAR)
        )
        for pk, user, opens, closes in rows.values_list("pk", "assignee", "opens_at", "closes_at"):
            if user is not None:
                self.give(Shift(pk, opens, closes), user)

    def give(self, shift: Shift, user: int | None) -> None:
        """From now on it is this person's; None: nobody's."""
        if (before := self._who.pop(shift.key, None)) is not None:
            del self._of[before][shift.key]
        if user is not None:
            self._of[user][shift.key] = shift
            self._who[shift.key] = user

    def leave_room_for(self, shift: Shift, user: int) -> bool:
        """Whether the person would have rested before it, and would before the next."""
        return has_room(shift, [other for key, other in self._of.get(user, {}).items() if key != shift.key])


def is_rested(user: "User", duty: Occurrence) -> bool:
    """Whether this person may stand this shift besides those they have already, at whichever desk."""
    own = Occurrence.objects.exclude(status=Occurrence.Status.CALLED_OFF).exclude(pk=duty.pk)
    near = own.filter(assignee=user, desk__isnull=False, opens_at__range=(duty.opens_at - NEAR, duty.closes_at + NEAR))
    others = [Shift(*row) for row in near.values_list("pk", "opens_at", "closes_at")]
    return has_room(Shift(duty.pk, duty.opens_at, duty.closes_at), others)
