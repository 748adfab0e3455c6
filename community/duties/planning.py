"""Duties are laid out some days ahead, so that everybody sees what comes and every clock already stands."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from community.duties.models import Occurrence, Plan
from community.timers.calendar import calendar_for
from community.timers.models import Deadline
from community.timers.running import rungs_of_new

DAYS_AHEAD = 7


def plan_ahead(as_of: datetime | None = None, days: int = DAYS_AHEAD) -> int:
    """Create the occurrences of every plan from the local day of ``as_of`` over ``days`` days; returns how many.

    Safe to repeat and to run twice at once: the plans' rows are locked, days that have their occurrence are left out.
    A day whose window has closed already is not planned. Five queries however many plans and days.
    """
    now = as_of or timezone.now()
    first = timezone.localtime(now).date()
    last = first + timedelta(days=days - 1)
    with transaction.atomic():
        plans = list(
            Plan.objects.overlapping(first, last).filter(kind__in=Occurrence.kinds).select_for_update().order_by("pk")
        )
        have = set(Occurrence.objects.filter(plan__in=plans, day__range=(first, last)).values_list("plan_id", "day"))
        wanted = [(plan, day) for plan in plans for day in plan_days(plan, first, last) if (plan.pk, day) not in have]
        return len(_create([occurrence for plan, day in wanted if (occurrence := _of(plan, day)).closes_at > now], now))


def plan_days(plan: Plan, first: date, last: date) -> Iterator[date]:
    """The days of a plan, without those on which the community's calendar is closed where it says so."""
    calendar = calendar_for(plan.community_id)
    return (day for day in plan.days(first, last) if not plan.working_days_only or calendar.is_working_day(day))


def _of(plan: Plan, day: date) -> Occurrence:
    opens_at, closes_at = plan.window(day)
    return Occurrence.kinds[plan.kind](
        plan=plan,
        community_id=plan.community_id,
        grid_id=plan.grid_id,
        assignee_id=plan.assignee_id,
        dwelling_id=plan.dwelling_id,
        person_id=plan.person_id,
        kind=plan.kind,
        day=day,
        opens_at=opens_at,
        closes_at=closes_at,
    )


def _create(occurrences: list[Occurrence], now: datetime) -> list[Occurrence]:
    """Insert occurrences and their clocks, each in one statement."""
    rungs = [(occurrence, rungs_of_new(occurrence, now)) for occurrence in occurrences]
    Occurrence.objects.bulk_create(occurrences)
    for occurrence, rows in rungs:
        for row in rows:
            row.occurrence_id = occurrence.pk
    Deadline.objects.bulk_create([row for _, rows in rungs for row in rows])
    return occurrences
