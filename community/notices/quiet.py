"""Quiet hours: what is not urgent does not ring at night."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone


def after_quiet_hours(now: datetime) -> datetime:
    """``now`` in the daytime, else the next end of quiet hours (settings.QUIET_HOURS, local times of day)."""
    begins, ends = (time.fromisoformat(text) for text in settings.QUIET_HOURS)
    local = timezone.localtime(now)
    overnight, at = begins > ends, local.time()
    if (ends <= at < begins) if overnight else not begins <= at < ends:
        return now
    day = local.date() + timedelta(days=1) if overnight and at >= begins else local.date()
    return datetime.combine(day, ends, local.tzinfo)
