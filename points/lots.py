"""What a person's points still consist of, lot by lot, and when each lapses: ``points.expiry`` told to one person.

Lots follow from the lines, as there: what is spent or held goes from the oldest, so the newest earnings that make up the
free balance are what is left. Nothing here is stored, and an account without a policy has no lots.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from points.models import Account, ExpiryPolicy, Line, Posting
from points.models.account import Kind

CHUNK = 200


class Lot(NamedTuple):
    """``left`` of what ``line`` brought; what is reserved is in none until it is free again."""

    line: Line
    left: int
    lapses_on: date | None


def lots_of(account: Account, today: date) -> list[Lot]:
    """The oldest, which lapses next, first; none where nothing expires."""
    policy = _in_force(account, today)
    if policy is None:
        return []
    found, missing = [], account.balance
    for line in _earned(account) if missing else ():
        found.append(Lot(line, min(line.amount, missing), lapse_of(policy, timezone.localdate(line.at), today)))
        missing -= line.amount
        if missing <= 0:
            break
    return found[::-1]


def lapse_of(policy: ExpiryPolicy, earned_on: date, today: date) -> date | None:
    """The first day from today on on which the policy lets lapse what was earned then, if it lasts that long."""
    warned = policy.begins_on + timedelta(days=policy.warn_days)
    day = max(today, warned, earned_on + relativedelta(months=policy.months))
    while policy.earned_before(day) <= earned_on:  # a few days at most, as months are of different lengths
        day += timedelta(days=1)
    return day if policy.expires_on(day) else None


def _in_force(account: Account, today: date) -> ExpiryPolicy | None:
    if account.kind != Kind.AVAILABLE:
        return None
    here = ExpiryPolicy.objects.filter(community=account.community_id, begins_on__lte=today)
    policy = here.filter(Q(ends_on=None) | Q(ends_on__gte=today)).first()
    return policy if policy is not None and policy.asset == account.asset else None


def _earned(account: Account) -> Iterator[Line]:
    """Newest first, a few at a time, as only the last of them are still there."""
    taken_back = Posting.objects.filter(answers=OuterRef("posting"), kind=Posting.Kind.REVERSE)
    own = Line.objects.filter(posting=OuterRef("posting__answers"), account=OuterRef("account"))
    posted, reversal = Q(posting__kind=Posting.Kind.POST), Q(posting__kind=Posting.Kind.REVERSE)
    earned = reversal | (posted & ~Exists(taken_back)) | (~posted & ~Exists(own))
    lines = account.lines.filter(earned, amount__gt=0)
    lines = lines.select_related("posting", "account").order_by("-pk")
    start = None
    while chunk := list((lines if start is None else lines.filter(pk__lt=start))[:CHUNK]):
        yield from chunk
        start = chunk[-1].pk
