"""Recomputing the ledger: whatever does not fit is named.

Two walks, both in pieces of bounded size, so memory here does not grow with the ledger and progress can be shown:
along each chain, seal by seal (every posting again as it was sealed, balanced, within its community; roots and links), and
along the lines by id (every line leads from the balance that the line before it left). A verification of what is new goes on
from the last seal that was verified without faults and looks at the lines of its postings alone. Hashes of postings are
made in the database by the same statement that sealed them.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from points import chain
from points.models import Account, Audit, Line, Posting, Seal

BATCH = 5_000  # postings looked at together
STRETCH = 250_000  # lines looked at together

# Postings by the order of a list of ids: hash, how many lines, and what is wrong with them.
AGAIN = f"""
SELECT wanted.n, wanted.id, p.key, CASE WHEN p.id IS NOT NULL THEN {chain.LEAF} END, sums.lines, sums.wrong
FROM unnest(%s::bigint[]) WITH ORDINALITY wanted (id, n)
LEFT JOIN points_posting p ON p.id = wanted.id
LEFT JOIN LATERAL (
    SELECT sum(lines) AS lines, string_agg(CASE
        WHEN abroad THEN 'lines of another community'
        WHEN lines < 2 OR total <> 0 THEN lines || ' lines of ' || coalesce(asset, 'nothing') || ' sum to ' || total
    END, '; ') AS wrong
    FROM (
        SELECT a.asset, count(l.id) AS lines, coalesce(sum(l.amount), 0) AS total,
               bool_or(a.community_id <> p.community_id) AS abroad
        FROM (SELECT p.id) one
        LEFT JOIN points_line l ON l.posting_id = one.id LEFT JOIN points_account a ON a.id = l.account_id
        GROUP BY a.asset
    ) of_asset
) sums ON p.id IS NOT NULL
ORDER BY wanted.n
"""  # noqa: S608 - no input in it

# What lies between two marks of a chain, for counting and for naming what was put in later.
BETWEEN = """
FROM points_posting p WHERE p.community_id = %s AND p.id > %s
AND (p.xact, p.id) > (%s, %s) AND (p.xact, p.id) <= (%s, %s)
"""

# Lines that do not lead from the balance before them, or whose posting is gone; of a stretch of ids …
BROKEN = """
SELECT l.id, l.posting_id, l.account_id, l.amount, coalesce(l.before, b.balance, 0), l.balance, p.id IS NULL FROM (
    SELECT id, posting_id, account_id, amount, balance, at,
           lag(balance) OVER own AS before, lag(at) OVER own AS earlier, row_number() OVER own AS n
    FROM points_line WHERE id > %s AND id <= %s WINDOW own AS (PARTITION BY account_id ORDER BY id)
) l
LEFT JOIN LATERAL (
    SELECT balance, at FROM points_line WHERE account_id = l.account_id AND id < l.id ORDER BY id DESC LIMIT 1
) b ON l.n = 1
LEFT JOIN points_posting p ON p.id = l.posting_id
WHERE l.balance <> coalesce(l.before, b.balance, 0) + l.amount OR l.at < coalesce(l.earlier, b.at) OR p.id IS NULL
ORDER BY l.id
"""
# … or of some postings.
BROKEN_OF = """
SELECT l.id, l.posting_id, l.account_id, l.amount, coalesce(b.balance, 0), l.balance, false
FROM points_line l LEFT JOIN LATERAL (
    SELECT balance, at FROM points_line WHERE account_id = l.account_id AND id < l.id ORDER BY id DESC LIMIT 1
) b ON true
WHERE l.posting_id = ANY(%s) AND (l.balance <> coalesce(b.balance, 0) + l.amount OR l.at < b.at) ORDER BY l.id
"""

# An account's own figure must be that of its last line.
ASTRAY = """
SELECT a.id, a.balance, coalesce(l.balance, 0) FROM points_account a
LEFT JOIN LATERAL (SELECT balance FROM points_line WHERE account_id = a.id ORDER BY id DESC LIMIT 1) l ON true
WHERE a.balance <> coalesce(l.balance, 0) ORDER BY a.id
"""


@dataclass(frozen=True)
class Fault:
    """A row that does not fit: its table, its id, and what is wrong with it."""

    table: str
    pk: int
    what: str


@dataclass
class Walk:
    """One verification: how far it came, and whom to tell."""

    incremental: bool = False
    tell: Callable[[int, int], None] = lambda done, total: None
    postings: int = 0
    lines: int = 0
    done: int = 0
    total: int = 0
    reached: list[Audit] = field(default_factory=list)

    def advance(self, steps: int) -> None:
        self.done += steps
        self.tell(min(self.done, self.total), self.total)


def faults(walk: Walk | None = None) -> Iterator[Fault]:
    """Every fault of the ledger, or of what came since the last verification without any."""
    walk = walk or Walk()
    since = _last_sound() if walk.incremental else {}
    upto = Line.objects.aggregate(last=Max("id"))["last"] or 0
    walk.total = _postings_beyond(since) + (0 if walk.incremental else upto)
    for community_id in _communities():
        yield from _chain_faults(community_id, since.get(community_id), walk)
    if not walk.incremental:
        yield from _line_faults(upto, walk)
    for pk, kept, last in _rows(ASTRAY):
        yield Fault("account", pk, f"keeps {kept}, its lines end at {last}")
    walk.tell(walk.total, walk.total)


def audit(walk: Walk, now: datetime) -> Iterator[Fault]:
    """The same, and remember it: where nothing was amiss the next incremental verification goes on."""
    found: Counter[int | None] = Counter()
    for fault in faults(walk):
        found[_community_of(fault)] += 1
        yield fault
    for row in walk.reached:
        row.at, row.whole, row.faults = now, not walk.incremental, found[row.community_id] + found[None]
    Audit.objects.bulk_create(walk.reached)


def _community_of(fault: Fault) -> int | None:
    """Whose ledger it lies in; None where the row itself is gone, and then everybody's is in doubt."""
    rows, community = {
        "posting": (Posting.objects, "community"),
        "line": (Line.objects, "account__community"),
        "account": (Account.objects, "community"),
        "seal": (Seal.objects, "community"),
    }[fault.table]
    return rows.filter(pk=fault.pk).values_list(community, flat=True).first()


def _last_sound() -> dict[int, Audit]:
    sound = Audit.objects.filter(faults=0).order_by("community_id", "-id").distinct("community_id")
    return {row.community_id: row for row in sound}


def _postings_beyond(since: dict[int, Audit]) -> int:
    """About how many postings there are to look at: as many as have ids, less those verified before."""
    last = Posting.objects.aggregate(last=Max("id"))["last"] or 0
    return max(0, last - sum(row.postings for row in since.values()))


def _communities() -> list[int]:
    return [row[0] for row in _rows("SELECT id FROM directory_community ORDER BY id")]


def _chain_faults(community_id: int, since: Audit | None, walk: Walk) -> Iterator[Fault]:
    """Along one community's chain, then what is not sealed yet."""
    seals = Seal.objects.filter(community=community_id).order_by("number")
    last: Seal | None = seals.filter(number=since.seal_number).first() if since else None
    number, before = (since.seal_number if since else 0), walk.postings
    batch: list[Seal] = []
    for seal in seals.filter(number__gt=number).iterator(chunk_size=20):
        yield from _link_faults(seal, batch[-1] if batch else last)
        batch.append(seal)
        if sum(len(one.postings) for one in batch) >= BATCH:
            yield from _batch_faults(batch, last, walk)
            last, batch = batch[-1], []
    if batch:
        yield from _batch_faults(batch, last, walk)
        last = batch[-1]
    sealed = walk.postings - before + (since.postings if since else 0)
    walk.reached.append(Audit(community_id=community_id, seal_number=last.number if last else 0, postings=sealed))
    yield from _tail_faults(community_id, last, walk)


def _link_faults(seal: Seal, last: Seal | None) -> Iterator[Fault]:
    number, previous = (last.number, bytes(last.chain)) if last else (0, chain.START)
    leaves, root, link = chain.split(bytes(seal.leaves)), bytes(seal.root), bytes(seal.chain)
    if seal.number != number + 1 or bytes(seal.previous) != previous:
        yield Fault("seal", seal.pk, f"{seal}: does not continue the chain after {number}")
    if len(leaves) != len(seal.postings) or chain.root(leaves) != root:
        yield Fault("seal", seal.pk, f"{seal}: its hashes do not lead to its root")
    if chain.link(bytes(seal.previous), root, seal.community_id, seal.number, len(seal.postings)) != link:
        yield Fault("seal", seal.pk, f"{seal}: its link is not made of what it seals")


def _batch_faults(batch: list[Seal], last: Seal | None, walk: Walk) -> Iterator[Fault]:
    """The postings of consecutive seals against what is in the tables now."""
    ids = [pk for seal in batch for pk in seal.postings]
    leaves = [leaf for seal in batch for leaf in chain.split(bytes(seal.leaves))]
    yield from _posting_faults(ids, leaves, walk)
    yield from _added_later(batch, last, ids)


def _posting_faults(ids: list[int], leaves: list[bytes], walk: Walk) -> Iterator[Fault]:
    """Postings that are gone, not what was sealed (where ``leaves`` say what that was), or do not balance."""
    for n, pk, key, leaf, lines, wrong in _rows(AGAIN, [ids]):
        if leaf is None:
            yield Fault("posting", pk, "is sealed but gone")
        elif n <= len(leaves) and bytes(leaf) != leaves[n - 1]:
            yield Fault("posting", pk, f"key {key}: is not what was sealed")
        if wrong:
            yield Fault("posting", pk, f"key {key}: {wrong}")
        walk.lines += int(lines or 0)
    if walk.incremental:
        yield from _named_lines(BROKEN_OF, [ids])
    walk.postings += len(ids)
    walk.advance(len(ids))


def _added_later(batch: list[Seal], last: Seal | None, ids: list[int]) -> Iterator[Fault]:
    """Postings that lie among the sealed ones without being sealed."""
    if any(seal.beyond_id != (last.beyond_id if last else 0) for seal in batch):
        return  # the counting began anew; the sums of the walk along the lines see such a posting all the same
    end = batch[-1]
    bounds = [end.community_id, end.beyond_id, *_mark(last), end.upto_xact, end.upto_id]
    ((count,),) = _rows(f"SELECT count(*) {BETWEEN}", bounds)
    if count > len(ids):
        for pk, key in _rows(f"SELECT p.id, p.key {BETWEEN} AND p.id <> ALL(%s) ORDER BY p.id", [*bounds, ids]):
            yield Fault("posting", pk, f"key {key}: stands among sealed postings and is not sealed")


def _tail_faults(community_id: int, last: Seal | None, walk: Walk) -> Iterator[Fault]:
    """What is not sealed yet has at least to balance."""
    bounds = [community_id, last.beyond_id if last else 0, *_mark(last), 2**62, 0]
    waiting = [pk for (pk,) in _rows(f"SELECT p.id {BETWEEN} ORDER BY p.id", bounds)]
    for n in range(0, len(waiting), BATCH):
        yield from _posting_faults(waiting[n : n + BATCH], [], walk)


def _mark(last: Seal | None) -> tuple[int, int]:
    return (last.upto_xact, last.upto_id) if last else (0, 0)


def _line_faults(upto: int, walk: Walk) -> Iterator[Fault]:
    for low in range(0, upto, STRETCH):
        high = min(low + STRETCH, upto)
        yield from _named_lines(BROKEN, [low, high])
        walk.advance(high - low)


def _named_lines(sql: str, params: list[Any]) -> Iterator[Fault]:
    for pk, posting, account, amount, before, balance, lost in _rows(sql, params):
        what = f"posting {posting}, account {account}: {before} {amount:+d} is not {balance}"
        yield Fault("line", pk, f"posting {posting} is gone" if lost else what)


def _rows(sql: str, params: list[Any] | None = None) -> Iterator[tuple]:
    """Stream a query's rows; a server-side cursor lives in a transaction."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while batch := cursor.fetchmany(500):
            yield from batch
