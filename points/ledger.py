"""The ledger's only door. Double entry: every posting takes as much out as it puts in, per asset, or it does not exist.

    post([(issuance(c), -10), (member(user, c), 10)], key="order:16", source=Source("…", case), now=now)
    held = hold(member(user, c), 30, key="order:17", source=Source("兑换"), now=now)      # reserve …
    settle(held, [(sink, 20)], key="order:17:collected", source=…, now=now)               # … spend 20, 10 go back
    release(held, key="order:17:dropped", source=…, now=now)                              # … or give all back
    reverse(posting, key="…", source=…, now=now, by=user)                                 # the only correction

- Amounts are whole units (points, minutes, cents), never zero, at most ``MOST``.
- A key posts once in its community. Posting it again, even at the same moment, changes nothing and returns the first
  posting with ``fresh`` False.
- Each verb is all or nothing and joins the transaction it is called in. A refusal (NotEnough, AlreadyAnswered) spoils
  that transaction: to go on after one, wrap the call in ``transaction.atomic()`` yourself.
- Rows are locked in order of account, until the transaction ends. Post late in a transaction and once; a transaction
  that posts several times to accounts others use too must be ready for PostgreSQL to refuse it as a deadlock.
- A posting is one query, whatever its size; four when it opens an account, three when it stands already. Settle,
  release and reverse read the lines of the posting they answer first.
- The ledger asks nobody's permission: whoever calls it has checked.

What the database itself refuses, whoever writes (migration ``0002_guards``): an unbalanced posting at commit, a line
added to a posting of an earlier transaction, any change or deletion of postings and lines, a purse below zero.
``manage.py verify_ledger`` recomputes everything and names what does not fit.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.workflow import MoveError
from points.models.account import Account, Kind, Purse
from points.models.posting import Line, Posting

if TYPE_CHECKING:
    from community.directory.models import User

MOST = 10**12


class Unsound(ValueError):
    """The caller asked for something that is no posting: a bug, never a user's mistake."""


class NotEnough(MoveError):
    """An account that may not go below zero would."""


class AlreadyAnswered(MoveError):
    """The hold was settled or released before, or the posting reversed."""


class Source(NamedTuple):
    """Why: words for the statement (a msgid, where the hub posts by itself) and the case it comes from."""

    words: str
    case: Case | None = None


Entry = tuple[Purse, int]


def post(entries: Sequence[Entry], *, key: str, source: Source, now: datetime, by: "User | None" = None) -> Posting:
    """Move assets between accounts. Raises Unsound, NotEnough."""
    return _write(Posting.Kind.POST, entries, key, source, now, by)


def hold(purse: Purse, amount: int, *, key: str, source: Source, now: datetime, by: "User | None" = None) -> Posting:
    """Reserve ``amount`` of what a member has, until ``settle`` or ``release``. Raises Unsound, NotEnough."""
    if purse.kind != Kind.AVAILABLE or _whole(amount) < 0:
        raise Unsound(f"only a member's available assets can be held, not {amount} of {purse}")
    entries = [(purse, -amount), (purse.of_kind(Kind.HELD), amount)]
    return _write(Posting.Kind.HOLD, entries, key, source, now, by)


def settle(
    held: Posting, to: Sequence[Entry], *, key: str, source: Source, now: datetime, by: "User | None" = None
) -> Posting:
    """Spend a hold: ``to`` receives, what it leaves goes back to the member. Raises Unsound, AlreadyAnswered."""
    _expect(held, Posting.Kind.HOLD)
    reserved = next(line for line in _lines(held) if line.account.kind == Kind.HELD)
    if any(_whole(amount) < 0 for _account, amount in to) or not to:
        raise Unsound("a hold is settled with amounts to receive")
    back = reserved.amount - sum(amount for _account, amount in to)
    purse = reserved.account.purse
    entries: list[Entry] = [(purse, -reserved.amount), *to]
    if back:
        entries.append((purse.of_kind(Kind.AVAILABLE), back))
    if back < 0:
        raise Unsound(f"{reserved.amount} are held, {reserved.amount - back} asked for")
    return _write(Posting.Kind.SETTLE, entries, key, source, now, by, answers=held)


def release(held: Posting, *, key: str, source: Source, now: datetime, by: "User | None" = None) -> Posting:
    """Give a hold back to the member. Raises Unsound, AlreadyAnswered."""
    _expect(held, Posting.Kind.HOLD)
    entries = [(line.account.purse, -line.amount) for line in _lines(held)]
    return _write(Posting.Kind.RELEASE, entries, key, source, now, by, answers=held)


def reverse(posting: Posting, *, key: str, source: Source, now: datetime, by: "User | None" = None) -> Posting:
    """Undo a posting by its mirror image, once. Undoing a settlement returns the assets to the member's free balance.

    A reversal stands: what was reversed in error is posted anew. Raises Unsound, NotEnough (already spent),
    AlreadyAnswered.
    """
    _expect(posting, Posting.Kind.POST, Posting.Kind.SETTLE)
    amounts: dict[Purse, int] = {}
    for line in _lines(posting):
        purse = line.account.purse
        purse = purse.of_kind(Kind.AVAILABLE) if purse.kind == Kind.HELD else purse
        amounts[purse] = amounts.get(purse, 0) - line.amount
    entries = [(purse, amount) for purse, amount in amounts.items() if amount]
    return _write(Posting.Kind.REVERSE, entries, key, source, now, by, answers=posting)


def open_accounts(purses: Iterable[Purse]) -> bool:
    """Open the accounts of these names that do not exist yet; whether there was any."""
    wanted = sorted(set(purses), key=lambda purse: (*purse[:3], purse.owner_id or 0))
    have = {account.purse for account in Account.objects.named(wanted)}
    missing = [Account(**purse._asdict()) for purse in wanted if purse not in have]
    Account.objects.bulk_create(missing, ignore_conflicts=True)
    return bool(missing)


def _write(
    kind: str,
    entries: Sequence[Entry],
    key: str,
    source: Source,
    now: datetime,
    by: "User | None",
    answers: Posting | None = None,
) -> Posting:
    community_id = _check(entries)
    if not key or len(key) > 120:
        raise Unsound("a posting needs a key of 1 to 120 characters")
    if answers is not None and answers.community_id != community_id:
        raise Unsound("an answer stays in the community of its posting")
    words, case = source
    row = [community_id, key, kind, words[:120], case and case.pk, by and by.pk, answers and answers.pk, now]
    with transaction.atomic(savepoint=False):
        posting = _insert(row, entries)
        if posting is None and open_accounts(purse for purse, _amount in entries):
            posting = _insert(row, entries)
        return posting or _first(community_id, key, kind, answers)


def _check(entries: Sequence[Entry]) -> int:
    """The one community of balanced entries, or Unsound."""
    names = [purse for purse, _amount in entries]
    if len(names) < 2 or len(set(names)) < len(names):
        raise Unsound("a posting takes two or more accounts, each once")
    if len({name.community_id for name in names}) > 1:
        raise Unsound("a posting stays within one community")
    sums: dict[str, int] = {}
    for purse, amount in entries:
        sums[purse.asset] = sums.get(purse.asset, 0) + _whole(amount)
    if any(sums.values()):
        raise Unsound(f"the entries do not sum to zero: {sums}")
    return names[0].community_id


def _whole(amount: int) -> int:
    if type(amount) is not int or not 0 < abs(amount) <= MOST:
        raise Unsound(f"an amount is a whole number other than zero, at most {MOST}, not {amount!r}")
    return amount


# One round trip. Accounts are locked in order of id before any is changed. Nothing happens when an account is missing
# or the key (or the answer) exists; ON CONFLICT waits for a concurrent transaction that is about to post the same key.
INSERT = """
WITH entry AS (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[]) AS entry (kind, asset, owner_id, amount)
), named AS MATERIALIZED (
    SELECT a.id, e.amount FROM entry e JOIN points_account a
    ON a.community_id = %s AND a.kind = e.kind AND a.asset = e.asset AND a.owner_id = e.owner_id
    UNION ALL
    SELECT a.id, e.amount FROM entry e JOIN points_account a
    ON a.community_id = %s AND a.kind = e.kind AND a.asset = e.asset AND a.owner_id IS NULL AND e.owner_id IS NULL
), posting AS (
    INSERT INTO points_posting (community_id, key, kind, words, case_id, by_id, answers_id, at)
    SELECT %s, %s, %s, %s, %s, %s, %s, %s WHERE (SELECT count(*) FROM named) = %s
    ON CONFLICT DO NOTHING
    RETURNING {columns}
), locked AS MATERIALIZED (
    SELECT a.id, named.amount, posting.id AS posting_id
    FROM points_account a JOIN named ON named.id = a.id CROSS JOIN posting
    ORDER BY a.id FOR NO KEY UPDATE OF a
), moved AS (
    UPDATE points_account a SET balance = a.balance + locked.amount
    FROM locked WHERE a.id = locked.id
    RETURNING a.id, locked.amount, a.balance, locked.posting_id
), line AS (
    INSERT INTO points_line (posting_id, account_id, amount, balance)
    SELECT posting_id, id, amount, balance FROM moved
)
SELECT {columns} FROM posting
"""
COLUMNS = [field.attname for field in Posting._meta.concrete_fields]
SQL = INSERT.format(columns=", ".join(COLUMNS))


def _insert(row: list[Any], entries: Sequence[Entry]) -> Posting | None:
    """The new posting with its lines and balances; None if it stands already or an account is not open yet."""
    community_id, kinds, assets, owners, amounts = (
        row[0],
        *zip(*((*to[1:], amount) for to, amount in entries), strict=True),
    )
    names = [list(kinds), list(assets), list(owners), list(amounts), community_id, community_id]
    try:
        with connection.cursor() as cursor:
            cursor.execute(SQL, [*names, *row, len(entries)])
            found = cursor.fetchone()
    except IntegrityError as error:
        if "account_never_below_zero" in str(error):
            raise NotEnough(_("余额不足。")) from error
        raise
    if found is None:
        return None
    posting = Posting.from_db(connection.alias, COLUMNS, found)
    posting.fresh = True
    return posting


def _first(community_id: int, key: str, kind: str, answers: Posting | None) -> Posting:
    """The posting that this key made before; without one it was the answer that existed."""
    first = Posting.objects.filter(community=community_id, key=key).first()
    if first is None:
        raise AlreadyAnswered(_("这笔账已经结清或冲正过了。"))
    if (first.kind, first.answers_id) != (kind, answers and answers.pk):
        raise Unsound(f"the key {key!r} belongs to another posting, a {first.kind}")
    return first


def _lines(posting: Posting) -> list[Line]:
    return list(posting.lines.select_related("account").order_by("id"))


def _expect(posting: Posting, *kinds: str) -> None:
    if posting.kind not in kinds:
        raise Unsound(f"posting {posting.pk} is a {posting.kind}, not {' or '.join(kinds)}")
