"""Duties are laid out some days ahead, so that everybody sees what comes and every clock already stands."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from community.core import columns
from community.duties.assigning import Answer, Asked, Assigning
from community.duties.drawing import draw_days, week_of
from community.duties.models import Occurrence, Pause, Plan
from community.timers.calendar import calendar_for
from community.timers.running import rungs_of_new

log = logging.getLogger(__name__)
DAYS_AHEAD = 7
BATCH = 2000
WEEK = timedelta(days=7)


def plan_ahead(as_of: datetime | None = None, days: int = DAYS_AHEAD) -> int:
    """Create the occurrences of every plan from the local day of ``as_of`` over ``days`` days; returns how many.

    Safe to repeat and to run twice at once: a plan remembers until when it is laid out, its row is locked meanwhile,
    and days that have their occurrence are left out. A day whose window has closed already is not planned. Plans go in
    batches, each in a transaction of its own with the same few queries however many plans and days it holds.
    """
    now = as_of or timezone.now()
    first, last = _span(now, days)
    made, after = 0, 0
    while True:
        with transaction.atomic():
            wanted = Plan.objects.overlapping(first, last).not_laid_out(last).filter(kind__in=Occurrence.kinds)
            locked = wanted.filter(pk__gt=after).select_for_update(skip_locked=True).order_by("pk")
            plans = list(locked[:BATCH])
            made += _lay_out(plans, first, last, now)
        if len(plans) < BATCH:
            return made
        after = plans[-1].pk


def lay_out(plans: Sequence[Plan], now: datetime, days: int = DAYS_AHEAD) -> int:
    """The same at once for plans that have just been made or changed; call it in the transaction that did."""
    with transaction.atomic():
        found = Plan.objects.filter(pk__in=[plan.pk for plan in plans], kind__in=Occurrence.kinds)
        return _lay_out(list(found.select_for_update().order_by("pk")), *_span(now, days), now)


def _span(now: datetime, days: int) -> tuple[date, date]:
    first = timezone.localtime(now).date()
    return first, first + timedelta(days=days - 1)


def _lay_out(plans: list[Plan], first: date, last: date, now: datetime) -> int:
    if not plans:
        return 0
    end = week_of(last) + WEEK  # a draw takes its whole week
    have = set(
        Occurrence.objects.filter(plan__in=plans, day__range=(first, end))
        .exclude(status=Occurrence.Status.CALLED_OFF)
        .values_list("plan_id", "day")
    )
    resting = _pauses(plans, first, end)
    assigning = Assigning(plans, first, end)
    asked = [
        one
        for plan in plans
        for day in _wanted(plan, first, last, resting.get(plan.pk, ()))
        for one in [Asked(plan, day, *plan.window(day))]
        if (plan.pk, day) not in have and one.closes_at > now
    ]
    answers = assigning.answers(asked)
    made = _insert([_of(one, answer) for one, answer in zip(asked, answers, strict=True)], now)
    for plan in plans:
        plan.planned_until = last
    columns.update(plans, ["drawn_until", "turn", "planned_until"])
    return len(made)


def _pauses(plans: list[Plan], first: date, last: date) -> dict[int, list[Pause]]:
    found: dict[int, list[Pause]] = defaultdict(list)
    for pause in Pause.objects.filter(plan__in=plans).overlapping(first, last):
        found[pause.plan_id].append(pause)
    return found


def _wanted(plan: Plan, first: date, last: date, resting: Iterable[Pause]) -> list[date]:
    if plan.rhythm != Plan.Rhythm.RANDOM:
        return _without(plan_days(plan, first, last), resting)
    drawn: list[date] = []
    monday = max(week_of(first), plan.drawn_until + timedelta(days=1) if plan.drawn_until else week_of(first))
    while monday <= last:
        sunday = monday + WEEK - timedelta(days=1)
        days = _without(plan_days(plan, max(first, monday), sunday), resting)
        # Days already gone are drawn among too and dropped: else the last days of a first week would be certain.
        gone = [monday + timedelta(days=n) for n in range((max(first, plan.starts_on) - monday).days)][:7]
        drawn += [day for day in draw_days([*gone, *days], plan.times_a_week or 0) if day not in gone]
        plan.drawn_until = sunday
        monday += WEEK
    return drawn


def _without(days: Iterable[date], resting: Iterable[Pause]) -> list[date]:
    return [day for day in days if not any(pause.covers(day) for pause in resting)]


def plan_days(plan: Plan, first: date, last: date) -> Iterator[date]:
    """The days of a plan, without those on which the community's calendar is closed where it says so."""
    if not plan.working_days_only:
        return plan.days(first, last)
    calendar = calendar_for(plan.community_id)
    return (day for day in plan.days(first, last) if calendar.is_working_day(day))


def _of(one: Asked, answer: Answer) -> Occurrence:
    plan = one.plan
    return Occurrence.kinds[plan.kind](
        plan=plan,
        community_id=plan.community_id,
        grid_id=plan.grid_id,
        turn_of_id=answer.turn_of,
        assignee_id=answer.assignee,
        dwelling_id=plan.dwelling_id,
        person_id=plan.person_id,
        desk_id=plan.desk_id,
        secret=plan.secret,
        kind=plan.kind,
        day=one.day,
        opens_at=one.opens_at,
        closes_at=one.closes_at,
        lapses_at=plan.lapse(one.closes_at),
    )


def _insert(occurrences: list[Occurrence], now: datetime) -> list[Occurrence]:
    """Insert occurrences and their clocks, each in one statement, passing over days that are taken meanwhile."""
    rungs = {id(occurrence): rungs_of_new(occurrence, now) for occurrence in occurrences}
    made = columns.insert_where_free(occurrences)
    if len(made) < len(occurrences):
        made += _without_their_people([one for one in occurrences if one._state.adding])
    for occurrence in made:
        for row in rungs[id(occurrence)]:
            row.occurrence_id = occurrence.pk
    columns.insert([row for occurrence in made for row in rungs[id(occurrence)]])
    for kind in {occurrence.kind for occurrence in made}:
        Occurrence.kinds[kind].laid_out([occurrence for occurrence in made if occurrence.kind == kind])
    return made


def _without_their_people(clashing: list[Occurrence]) -> list[Occurrence]:
    """A shift whose person stands at another desk is laid out unfilled; one whose desk is taken is left out."""
    shifts = [shift for shift in clashing if shift.desk_id and shift.assignee_id]
    for shift in shifts:
        shift.assignee_id = None
    made = columns.insert_where_free(shifts)
    for one in clashing:
        if one._state.adding:
            log.warning("plan %s has no room on %s", one.plan_id, one.day)
    return made
