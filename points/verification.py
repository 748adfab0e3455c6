"""Recomputing the ledger from its lines: whatever does not fit is named.

Each check is one statement, so it sees one moment however much is posted meanwhile; sorting and summing happen in the
database and only faults come back, through a server-side cursor. Memory here does not grow with the ledger."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

UNBALANCED = """
SELECT p.id, p.key, coalesce(a.asset, ''), coalesce(sum(l.amount), 0), count(l.id)
FROM points_posting p
LEFT JOIN points_line l ON l.posting_id = p.id
LEFT JOIN points_account a ON a.id = l.account_id
GROUP BY p.id, p.key, a.asset HAVING coalesce(sum(l.amount), 0) <> 0 OR count(l.id) < 2
"""

# Every line must lead from the balance that the one before it left.
BROKEN = """
SELECT id, posting_id, account_id, amount, before, balance FROM (
    SELECT id, posting_id, account_id, amount, balance,
           lag(balance, 1, 0::bigint) OVER (PARTITION BY account_id ORDER BY id) AS before
    FROM points_line
) chained WHERE balance <> before + amount
"""

# An account's own figure must be that of its last line.
ASTRAY = """
SELECT a.id, a.balance, coalesce(l.balance, 0) FROM points_account a
LEFT JOIN LATERAL (SELECT balance FROM points_line WHERE account_id = a.id ORDER BY id DESC LIMIT 1) l ON true
WHERE a.balance <> coalesce(l.balance, 0)
"""

FOREIGN = """
SELECT l.id, p.id, a.id FROM points_line l
JOIN points_posting p ON p.id = l.posting_id JOIN points_account a ON a.id = l.account_id
WHERE p.community_id <> a.community_id
"""


@dataclass(frozen=True)
class Fault:
    """A row that does not fit: its table, its id, and what is wrong with it."""

    table: str
    pk: int
    what: str


def faults() -> Iterator[Fault]:
    """Every fault of the ledger."""
    for pk, key, asset, total, lines in _rows(UNBALANCED):
        yield Fault("posting", pk, f"key {key}: {lines} lines of {asset or 'nothing'} sum to {total}")
    for pk, posting, account, amount, before, balance in _rows(BROKEN):
        yield Fault("line", pk, f"posting {posting}, account {account}: {before} {amount:+d} is not {balance}")
    for pk, kept, last in _rows(ASTRAY):
        yield Fault("account", pk, f"keeps {kept}, its lines end at {last}")
    for pk, posting, account in _rows(FOREIGN):
        yield Fault("line", pk, f"posting {posting} and account {account} are of different communities")


def _rows(sql: str) -> Iterator[tuple]:
    """Stream a query's rows; a server-side cursor lives in a transaction."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while batch := cursor.fetchmany(500):
            yield from batch
