"""Planned duties follow what has changed since they were laid out: leaves, posts that ended, posts that began."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from community.core.workflow import NotNow
from community.directory.models import User
from community.duties.assigning import Asked, Assigning
from community.duties.models import Occurrence, Plan

if TYPE_CHECKING:
    from django.db.models import QuerySet

BATCH = 2000


def settle_posts(as_of: datetime | None = None) -> int:
    """Give today's and tomorrow's duties of posts to whoever holds the post on that day; returns how many moved."""
    now = as_of or timezone.now()
    today = timezone.localdate(now)
    rows = Occurrence.objects.planned().filter(
        day__range=(today, today + timedelta(days=1)), plan__assigned=Plan.Assigned.POST, chosen=False
    )
    return settle(rows, now)


def settle_leave(user_ids: Iterable[int | None], first: date, last: date, now: datetime) -> int:
    """After a leave was entered or changed: everything planned in its days that concerns these people."""
    people = [pk for pk in user_ids if pk]
    planned = Occurrence.objects.planned().filter(day__range=(first, last), chosen=False, plan__isnull=False)
    return settle(planned.filter(assignee__in=people) | planned.filter(turn_of__in=people), now)


def settle(rows: "QuerySet[Any]", now: datetime) -> int:
    """Reassign those of the rows that fall to another person by now."""
    moved, after = 0, 0
    while True:
        found = list(rows.filter(pk__gt=after).select_related("plan").order_by("pk")[:BATCH])
        moved += _settle(found, now)
        if len(found) < BATCH:
            return moved
        after = found[-1].pk


def _settle(rows: list[Occurrence], now: datetime) -> int:
    if not rows:
        return 0
    plans = list({row.plan_id: row.plan for row in rows}.values())
    assigning = Assigning(plans, min(row.day for row in rows), max(row.day for row in rows))  # type: ignore[arg-type]
    asked = [Asked(row.plan, row.day, row.opens_at, row.closes_at, row.turn_of_id, row.pk) for row in rows]  # type: ignore[arg-type]
    wanted = dict(zip((row.pk for row in rows), assigning.answers(asked), strict=True))
    differing = [row for row in rows if wanted[row.pk].assignee != row.assignee_id]
    people = User.objects.in_bulk({pk for row in differing for pk in _ids(wanted[row.pk])})
    return sum(
        _move(row, people.get(wanted[row.pk].assignee), people.get(wanted[row.pk].turn_of), now) for row in differing
    )


def _ids(answer: Any) -> list[int]:
    return [pk for pk in (answer.assignee, answer.turn_of) if pk]


def _move(row: Occurrence, to: User | None, turn_of: User | None, now: datetime) -> bool:
    """False where somebody has begun it meanwhile; a shift whose substitute stands elsewhere becomes unfilled."""
    matter: Any = row.concrete
    for person in dict.fromkeys([to, None if row.desk_id else to]):
        try:
            with transaction.atomic():
                matter.reassign(by=None, now=now, to=person, turn_of=turn_of)
        except NotNow:
            return False
        except IntegrityError:
            continue
        return True
    return False
