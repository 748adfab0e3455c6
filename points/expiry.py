"""Points that expire, by lot: what was earned first is spent first, and what is left of an old lot lapses.

Lots are not kept, they follow from the lines: of what a person has free, the newest earnings are still there; whatever
exceeds what was earned since a day was earned before it. What is held is taken from the oldest, as if it were spent, so it
does not expire while it is held and costs nobody younger points. An award taken back does not count as earned. Points that
come over from another's account, merged into this one, count from the day they come.

A policy looks ahead first: in its first ``warn_days`` nothing expires, so nobody loses points without a notice. The notice
counts what is held too, as it may come back.
"""

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from community.directory.models import User
from community.notices.kinds import kind_of
from community.notices.outbox import queue
from points import ledger
from points.models import ExpiryPolicy, Purse
from points.models.account import Kind

LOCK = """
SELECT id FROM points_account
WHERE community_id = %s AND asset = %s AND kind IN ('available', 'expired')
ORDER BY id FOR NO KEY UPDATE
"""

# What a release or a settlement gives back was earned before, unless another held it. Undoing a settlement brings what was
# spent, besides what it had given back; undoing anything else takes back all it brought.
LEFT_OF_OLD = """
SELECT owner_id, there - recent.earned FROM (
    SELECT a.id, a.owner_id, a.balance + CASE WHEN %(held)s THEN coalesce(h.balance, 0) ELSE 0 END AS there
    FROM points_account a
    LEFT JOIN points_account h
    ON h.community_id = a.community_id AND h.asset = a.asset AND h.owner_id = a.owner_id AND h.kind = 'held'
    AND h.successor_id IS NULL
    WHERE a.community_id = %(community)s AND a.asset = %(asset)s AND a.kind = 'available'
) a
CROSS JOIN LATERAL (
    SELECT coalesce(sum(l.amount), 0) AS earned FROM points_line l JOIN points_posting p ON p.id = l.posting_id
    WHERE l.account_id = a.id AND l.amount > 0 AND l.at >= %(since)s
    AND CASE p.kind
        WHEN 'reverse' THEN true
        WHEN 'post' THEN NOT EXISTS (SELECT FROM points_posting r WHERE r.answers_id = p.id AND r.kind = 'reverse')
        ELSE NOT EXISTS (SELECT FROM points_line own WHERE own.posting_id = p.answers_id AND own.account_id = a.id)
    END
) recent
WHERE there > recent.earned
ORDER BY a.id
"""


class Outcome(NamedTuple):
    """What one run did: points expired, people warned."""

    expired: int = 0
    warned: int = 0


def run_due(now: datetime) -> Outcome:
    """Every policy in force, now or as far ahead as it warns; each in one transaction, so a run can be repeated."""
    today, done = timezone.localdate(now), Outcome()
    for pk in ExpiryPolicy.objects.filter(begins_on__lte=today).values_list("pk", flat=True):
        with transaction.atomic():
            # Not the community's row with it: whoever opens an account looks at that when they commit.
            policy = ExpiryPolicy.objects.select_for_update(of=("self",)).select_related("community").get(pk=pk)
            done = Outcome(done.expired + _expire(policy, today, now), done.warned + _warn(policy, today, now))
    return done


def _expire(policy: ExpiryPolicy, today: date, now: datetime) -> int:
    if not policy.expires_on(today) or (policy.expired_upto and policy.expired_upto >= today):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [policy.community_id, policy.asset])
    old = left_of_old(policy, today)
    purse = Purse(policy.community_id, Kind.AVAILABLE, policy.asset)
    if old:
        ledger.post_many(
            [(purse._replace(owner_id=owner_id), -amount) for owner_id, amount in old.items()],
            against=Purse(policy.community_id, Kind.EXPIRED, policy.asset),
            key=f"expiry:{policy.pk}:{today}",
            source=ledger.Source(_("积分到期")),
            now=now,
        )
    policy.expired_upto = today
    policy.save(update_fields=["expired_upto"])
    return sum(old.values())


def _warn(policy: ExpiryPolicy, today: date, now: datetime) -> int:
    """Tell of what expires between the day warned of last and the one that lies ``warn_days`` ahead."""
    ahead = today + timedelta(days=policy.warn_days)
    if not policy.expires_on(ahead) or (policy.warned_upto and policy.warned_upto >= ahead):
        return 0
    known = left_of_old(policy, policy.warned_upto, held=True) if policy.warned_upto else {}
    fresh = {owner: amount - known.get(owner, 0) for owner, amount in left_of_old(policy, ahead, held=True).items()}
    fresh = {owner: amount for owner, amount in fresh.items() if amount > 0}
    for user in User.objects.filter(pk__in=fresh, is_active=True):
        facts = {"asset": policy.asset, "amount": fresh[user.pk], "day": ahead.isoformat()}
        queue(kind_of("points.expiring"), [user], now=now, params=facts)
    policy.warned_upto = ahead
    policy.save(update_fields=["warned_upto"])
    return len(fresh)


def left_of_old(policy: ExpiryPolicy, day: date, *, held: bool = False) -> dict[int, int]:
    """By person: what would expire on a day, as things stand; with ``held``, if all that is held came back."""
    since = timezone.make_aware(datetime.combine(policy.earned_before(day), time.min))
    facts: dict[str, Any] = {"since": since, "community": policy.community_id, "asset": policy.asset, "held": held}
    with connection.cursor() as cursor:
        cursor.execute(LEFT_OF_OLD, facts)
        return {owner: int(amount) for owner, amount in cursor.fetchall()}
