"""大事 24 小时反馈: which promises to tell the reporter within a day were kept. The statistics count by the same rule."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from community.timers.models import Deadline

if TYPE_CHECKING:
    from community.timers.models.deadline import DeadlineQuerySet

LAID_ASIDE = ("pause", "recategorise", "void")  # a clock stopped by these was neither kept nor missed


def feedback_clocks(how: str, days: int | None) -> "DeadlineQuerySet":
    """The clocks of an outer incident that were ``kept``, else those missed, in the last so many local days."""
    rows = Deadline.objects.filter(case=OuterRef("pk"), clock="feedback", is_due=True)
    if how == "kept":
        rows = rows.filter(fired_at=None, stopped_at__lte=F("due_at")).exclude(stop_reason__in=LAID_ASIDE)
    else:
        rows = rows.filter(Q(fired_at__isnull=False) | Q(stopped_at__gt=F("due_at")))
    if days is None:
        return rows
    first = timezone.localdate() - timedelta(days=days - 1)
    begins = timezone.make_aware(datetime.combine(first, time.min))
    return rows.annotate(at=Coalesce("fired_at", "stopped_at")).filter(at__gte=begins)
