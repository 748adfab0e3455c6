"""Keeping the cells up to date: what the timeline has learned since the last time is counted again."""

from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from community.dashboards.models import Cell, Watermark
from community.dashboards.recount import ALWAYS, Span, recount_days, recount_present
from community.directory.models import Community

# A step may change what an earlier day counted (reopening takes back a closing), so every day of a touched case counts.
# Duties are planned without a word in the timeline: the days since the last refresh are always looked at. Postings that
# follow a step come with its entry; others (a correction) are dated when they are made: the last day of them is enough. The
# vouchers of a gift or a payment may count for a day of before.
TOUCHED = """
    WITH fresh AS MATERIALIZED (
        SELECT DISTINCT case_id, occurrence_id FROM core_entry WHERE recorded_at >= %(reached)s
    )
    SELECT community_id, (at AT TIME ZONE %(zone)s)::date FROM core_entry
    WHERE case_id IN (SELECT case_id FROM fresh)
    UNION
    SELECT community_id, (raised_at AT TIME ZONE %(zone)s)::date FROM core_case WHERE id IN (SELECT case_id FROM fresh)
    UNION
    SELECT community_id, day FROM duties_occurrence WHERE id IN (SELECT occurrence_id FROM fresh)
    UNION
    SELECT p.community_id, (p.at AT TIME ZONE %(zone)s)::date FROM directory_community one
    JOIN points_posting p ON p.community_id = one.id AND p.at >= %(reached)s - interval '1 day'
    WHERE p.recorded_at >= %(reached)s
    UNION
    SELECT community_id, day FROM points_voucher WHERE case_id IN (SELECT case_id FROM fresh)
    UNION
    SELECT id, generate_series(%(since)s::date, %(today)s::date, '1 day')::date FROM directory_community
"""


def refresh(now: datetime | None = None) -> int | None:
    """Recount the days touched since the last refresh, and the present; returns how many days.

    A fixed number of queries in one transaction. Returns None at once while another worker is at it.
    """
    now = now or timezone.now()
    with transaction.atomic():
        mark = Watermark.taken()
        if mark is None:
            return None
        reached, refreshed_at = mark.reached, mark.refreshed_at or now
        mark.next_mark()
        spans = _touched_since(reached, refreshed_at, now) if reached else _everything()
        _recount(spans, mark, now)
    return len(spans)


def rebuild(now: datetime | None = None) -> None:
    """Count every cell anew, waiting for a refresh under way."""
    now = now or timezone.now()
    with transaction.atomic():
        Watermark.taken()
        mark = Watermark.objects.select_for_update().get(name=Watermark.CELLS)
        mark.next_mark()
        Cell.objects.all().delete()
        _recount(_everything(), mark, now)


def _recount(spans: list[Span], mark: Watermark, now: datetime) -> None:
    if spans:
        recount_days(spans, timezone.localdate(now))
    recount_present(now)
    mark.refreshed_at = now
    mark.save()


def _touched_since(reached: datetime, refreshed_at: datetime, now: datetime) -> list[Span]:
    today = timezone.localdate(now)
    since = min(today, timezone.localdate(refreshed_at))
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED, {"reached": reached, "since": since, "today": today, "zone": settings.TIME_ZONE})
        rows: list[tuple[int, date]] = cursor.fetchall()
    return [(community, day, day) for community, day in rows]


def _everything() -> list[Span]:
    return [(pk, *ALWAYS) for pk in Community.objects.values_list("pk", flat=True)]
