"""What of visits belongs on a worker's “今天”."""

from datetime import datetime
from typing import TYPE_CHECKING

from grids.visits.rounds import Round
from grids.visits.visit import Visit

if TYPE_CHECKING:
    from community.directory.models import User

SIZE = 40


def visits_of(user: "User", now: datetime) -> list[Visit]:
    """Visits up to tonight, the most pressing first; one query."""
    return list(Visit.objects.waiting_for(user, now).listed().order_by("due_at", "pk")[:SIZE])


def rounds_of(user: "User") -> list[Round]:
    """Rounds that run where the person visits; one query."""
    return list(Round.objects.visible_to(user).open().listed().order_by("due_at", "pk")[:10])
