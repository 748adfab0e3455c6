"""The day's duties and shifts of one person, for the page a worker begins with."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from community.duties.models import Duty, Occurrence
from grids.rosters.models import Watch

if TYPE_CHECKING:
    from community.directory.models import User

SIZE = 60


def duties_of(user: "User", now: datetime) -> list[Occurrence]:
    """Open ordinary duties and shifts up to today that are the person's; one query."""
    rows = Occurrence.objects.open().filter(
        assignee=user, kind__in=(Duty.matter_kind, Watch.matter_kind), day__lte=timezone.localdate(now)
    )
    return list(rows.not_secret_to(user).select_related("plan", "desk").order_by("due_at", "pk")[:SIZE])
