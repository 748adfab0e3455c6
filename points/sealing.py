"""Sealing what was posted: every minute, outside of the postings' transactions, so that posting waits for nobody.

What can be sealed. A posting keeps the number of its transaction. PostgreSQL says which transactions still run; below the
lowest of their numbers, the horizon, what is posted is there for good and nothing can join it. So the postings up to the
horizon, ordered by transaction and id, are a list that only grows at its end. A transaction that takes long holds the
horizon back; its postings are sealed in a later round, never skipped.

A database restored on another server counts transactions from a lower number. Then one seal takes all that was left of
the old counting, and the next goes on among the ids beyond it.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from points import chain
from points.models import Seal

MOST = 10_000  # postings in one seal; a busy minute makes several
LOCK = 0x5EA1  # advisory locks of (this, community): at most one sealer works for a community

# The lowest transaction that runs in this database; those that certainly run in another one of the server do not count.
HORIZON = """
SELECT coalesce(min(xact), pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
FROM (SELECT pg_snapshot_xip(pg_current_snapshot())::text::bigint) running (xact)
WHERE NOT EXISTS (
    SELECT FROM pg_locks l JOIN pg_stat_activity s ON s.pid = l.pid
    WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
    AND l.transactionid::text::bigint = running.xact % 4294967296 AND s.datname <> current_database()
)
"""

WAITING = """
SELECT c.id FROM directory_community c
LEFT JOIN LATERAL (
    SELECT upto_xact, upto_id, beyond_id FROM points_seal WHERE community_id = c.id ORDER BY number DESC LIMIT 1
) s ON true
WHERE s.upto_xact >= %s OR EXISTS (
    SELECT FROM points_posting p WHERE p.community_id = c.id AND p.xact < %s
    AND (p.xact, p.id) > (coalesce(s.upto_xact, 0), coalesce(s.upto_id, 0)) AND p.id > coalesce(s.beyond_id, 0)
) ORDER BY c.id
"""

NEXT = f"""
SELECT p.id, p.xact, {chain.LEAF} FROM points_posting p
WHERE p.community_id = %s AND (p.xact, p.id) > (%s, %s) AND p.xact < %s AND p.id > %s
ORDER BY p.xact, p.id LIMIT %s
"""  # noqa: S608 - no input in it
END_OF_NUMBERS = 2**62


class Mark(NamedTuple):
    """Where a community's chain ends."""

    number: int = 0
    chain: bytes = chain.START
    upto_xact: int = 0
    upto_id: int = 0
    beyond_id: int = 0
    sealed_at: datetime | None = None


def horizon() -> int:
    """Every transaction of this database with a lower number has ended."""
    with connection.cursor() as cursor:
        cursor.execute(HORIZON)
        return int(cursor.fetchone()[0])


def seal_due(now: datetime, below: int | None = None) -> int:
    """Seal what stands below the horizon, in every community; returns how many postings. Safe to run twice at once."""
    below = horizon() if below is None else below
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [below, below])
        communities = [row[0] for row in cursor.fetchall()]
    return sum(seal_community(community_id, now, below) for community_id in communities)


def seal_community(community_id: int, now: datetime, below: int) -> int:
    """Seal after seal, each in a transaction of its own, until nothing is left."""
    total = 0
    while True:
        with transaction.atomic():
            count = _seal_next(community_id, now, below) if _alone(community_id) else 0
        total += count
        if not count:
            return total


def _alone(community_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, community_id])
        return bool(cursor.fetchone()[0])


def _seal_next(community_id: int, now: datetime, below: int) -> int:
    last = _last(community_id)
    moved = last.upto_xact >= below
    rows = _rows(community_id, last, END_OF_NUMBERS if moved else below)
    if moved and not rows:
        last = last._replace(upto_xact=0, upto_id=0, beyond_id=_highest(community_id))
        rows = _rows(community_id, last, below)
    if rows:
        _write(community_id, last, rows, now)
    return len(rows)


def _last(community_id: int) -> Mark:
    seals = Seal.objects.filter(community=community_id).order_by("-number")
    found = seals.values_list("number", "chain", "upto_xact", "upto_id", "beyond_id", "sealed_at").first()
    if found is None:
        return Mark()
    number, link, upto_xact, upto_id, beyond_id, sealed_at = found
    return Mark(number, bytes(link), upto_xact, upto_id, beyond_id, sealed_at)


def _rows(community_id: int, last: Mark, below: int) -> list[tuple[int, int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [community_id, last.upto_xact, last.upto_id, below, last.beyond_id, MOST])
        return [(pk, xact, bytes(leaf)) for pk, xact, leaf in cursor.fetchall()]


def _highest(community_id: int) -> int:
    """The highest posting sealed so far: the old counting ends with it."""
    last_ids = Seal.objects.filter(community=community_id).order_by("-last_id").values_list("last_id", flat=True)
    return last_ids[0]


def _write(community_id: int, last: Mark, rows: list[tuple[int, int, bytes]], now: datetime) -> None:
    ids, leaves = [row[0] for row in rows], [row[2] for row in rows]
    number, root = last.number + 1, chain.root(leaves)
    facts: dict[str, Any] = {"postings": ids, "leaves": b"".join(leaves), "root": root, "previous": last.chain}
    Seal.objects.create(
        community_id=community_id,
        number=number,
        chain=chain.link(last.chain, root, community_id, number, len(ids)),
        first_id=min(ids),
        last_id=max(ids),
        upto_xact=rows[-1][1],
        upto_id=rows[-1][0],
        beyond_id=last.beyond_id,
        sealed_at=max(now, last.sealed_at or now),
        **facts,
    )
