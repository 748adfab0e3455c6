"""The ledger's only door. Double entry: every posting takes as much out as it puts in, per asset, or it does not exist.

    post([(issuance(c), -10), (member(user, c), 10)], key="order:16", source=Source("…", case), now=now)
    held = hold(member(user, c), 30, key="order:17", source=Source("兑换"), now=now)      # reserve …
    settle(held, [(sink, 20)], key="order:17:collected", source=…, now=now)               # … spend 20, 10 go back
    release(held, key="order:17:dropped", source=…, now=now)                              # … or give all back
    post_many(gifts, against=issuance(c), key="award:2026H1", source=…, now=now)          # half-yearly awards
    reverse(posting, key="…", source=…, now=now, by=user)                                 # the only correction

- Amounts are whole units (points, minutes, cents), never zero, at most ``MOST``.
- A key posts once in its community. Posting it again, even at the same moment, changes nothing and returns the first
  posting with ``fresh`` False.
- Each verb is all or nothing and joins the transaction it is called in. NotEnough spoils that transaction: to go on
  after it, wrap the call in ``transaction.atomic()`` yourself.
- Rows are locked in order of account, until the transaction ends. Post late in a transaction and once; a transaction
  that posts several times to accounts others use too takes them all before, with ``lock``.
- A posting is one query, whatever its size; four when it opens an account, two when it stands already. Settle, release
  and reverse read the lines of the posting they answer first. How it is written: ``points.writing``.
- The ledger asks nobody's permission: whoever calls it has checked.

What the database itself refuses, whoever writes (migration ``0002_guards``): an unbalanced posting at commit, a line
added to a posting of an earlier transaction, any change or deletion of postings and lines, a purse below zero.
``manage.py verify_ledger`` recomputes everything and names what does not fit.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from points import holding
from points.models.account import OWNED_KINDS, Account, Kind, Purse
from points.models.posting import Line, Posting
from points.writing import AlreadyAnswered, Entry, NotEnough, Source, Unsound, whole, write

if TYPE_CHECKING:
    from community.directory.models import User

__all__ = [
    "AlreadyAnswered",
    "NotEnough",
    "Source",
    "Unsound",
    "hold",
    "lock",
    "post",
    "post_many",
    "release",
    "reverse",
    "settle",
]
CHUNK = 5_000


def post(entries: Sequence[Entry], *, key: str, source: Source, now: datetime, by: "User | None" = None) -> Posting:
    """Move assets between accounts. Raises Unsound, NotEnough."""
    return write(Posting.Kind.POST, entries, key, source, now, by)


def post_many(
    entries: Iterable[Entry], *, against: Purse, key: str, source: Source, now: datetime, by: "User | None" = None
) -> list[Posting]:
    """Give to many (or take from them), the sum from one account: a posting for each ``CHUNK`` members, in one query each.

    Chunks have keys of their own (``award:2026H1:1`` …) and commit one by one, unless the caller holds a transaction. What
    was interrupted is gone on with by the same call; a call with other entries under the same key is refused, whoever of
    them was given something before. Raises Unsound, NotEnough.
    """
    ordered = sorted(entries, key=lambda entry: (entry[0].owner_id or 0, entry[0].kind))
    made = []
    for number, start in enumerate(range(0, len(ordered), CHUNK), 1):
        part = ordered[start : start + CHUNK]
        part.append((against, -sum(whole(amount) for _purse, amount in part)))
        posting = write(Posting.Kind.POST, part, f"{key}:{number}", source, now, by)
        if not posting.fresh and dict(part) != {line.account.purse: line.amount for line in _lines(posting)}:
            raise Unsound(f"the key {key!r} belongs to another list of entries")
        made.append(posting)
    return made


def lock(community_id: int, owners: Iterable[int], *kinds: str) -> None:
    """For a transaction that posts several times: all accounts of these people, and the community's of these kinds, in
    the order in which every posting locks. Whoever locks people's rows too does so before.
    """
    owned = Q(owner__in=set(owners), kind__in=OWNED_KINDS)
    accounts = Account.objects.filter(owned | Q(kind__in=kinds, owner=None), community=community_id)
    list(accounts.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def hold(
    purse: Purse,
    amount: int,
    *,
    key: str,
    source: Source,
    now: datetime,
    by: "User | None" = None,
    until: datetime | None = None,
) -> Posting:
    """Reserve ``amount`` of what a member has, until ``settle`` or ``release``. Raises Unsound, NotEnough.

    With ``until`` it lapses then by itself: a deadline releases it.
    """
    if purse.kind != Kind.AVAILABLE or whole(amount) < 0:
        raise Unsound(f"only a member's available assets can be held, not {amount} of {purse}")
    if until is not None and until <= now:
        raise Unsound("a hold cannot lapse before it begins")
    entries = [(purse, -amount), (purse.of_kind(Kind.HELD), amount)]
    with transaction.atomic(savepoint=False):
        held = write(Posting.Kind.HOLD, entries, key, source, now, by, until=until)
        if until is not None and held.fresh:
            holding.start(held, now)
    return held


def settle(
    held: Posting, to: Sequence[Entry], *, key: str, source: Source, now: datetime, by: "User | None" = None
) -> Posting:
    """Spend a hold: ``to`` receives, what it leaves goes back to the member. Raises Unsound, AlreadyAnswered."""
    _expect(held, Posting.Kind.HOLD)
    reserved = next(line for line in _lines(held) if line.account.kind == Kind.HELD)
    if any(whole(amount) < 0 for _account, amount in to) or not to:
        raise Unsound("a hold is settled with amounts to receive")
    back = reserved.amount - sum(amount for _account, amount in to)
    purse = reserved.account.purse
    entries: list[Entry] = [(purse, -reserved.amount), *to]
    if back:
        entries.append((heir(reserved.account), back))
    if back < 0:
        raise Unsound(f"{reserved.amount} are held, {reserved.amount - back} asked for")
    with transaction.atomic(savepoint=False):
        holding.stop(held, now, "settle")
        return write(Posting.Kind.SETTLE, entries, key, source, now, by, answers=held)


def release(held: Posting, *, key: str, source: Source, now: datetime, by: "User | None" = None) -> Posting:
    """Give a hold back to the member. Raises Unsound, AlreadyAnswered."""
    _expect(held, Posting.Kind.HOLD)
    lines = _lines(held)
    reserved = next(line for line in lines if line.account.kind == Kind.HELD)
    entries = [(reserved.account.purse, -reserved.amount), (heir(reserved.account), reserved.amount)]
    with transaction.atomic(savepoint=False):
        holding.stop(held, now, "release")
        return write(Posting.Kind.RELEASE, entries, key, source, now, by, answers=held)


def reverse(posting: Posting, *, key: str, source: Source, now: datetime, by: "User | None" = None) -> Posting:
    """Undo a posting by its mirror image, once. Undoing a settlement returns the assets to the member's free balance,
    and undoing what stood in an account merged or inherited since concerns whoever took it over.

    A reversal stands: what was reversed in error is posted anew. Raises Unsound, NotEnough (already spent),
    AlreadyAnswered.
    """
    _expect(posting, Posting.Kind.POST, Posting.Kind.SETTLE)
    amounts: dict[Purse, int] = {}
    for line in _lines(posting):
        purse = _undone_at(line)
        amounts[purse] = amounts.get(purse, 0) - line.amount
    entries = [(purse, amount) for purse, amount in amounts.items() if amount]
    return write(Posting.Kind.REVERSE, entries, key, source, now, by, answers=posting)


def heir(account: Account) -> Purse:
    """Where assets come back to: the member's free balance, or that of whoever took the account over."""
    purse = account.purse.of_kind(Kind.AVAILABLE)
    while account.successor_id is not None:
        purse = purse._replace(owner_id=account.successor_id)
        account = Account.objects.named([purse]).first() or Account(**purse._asdict())
    return purse


def _undone_at(line: Line) -> Purse:
    """What was received is taken back where it still is, everything else concerns whoever has the account now."""
    account = line.account
    still_there = account.kind == Kind.AVAILABLE and 0 < line.amount <= account.balance
    return account.purse if still_there or account.kind not in OWNED_KINDS else heir(account)


def _lines(posting: Posting) -> list[Line]:
    return list(posting.lines.select_related("account").order_by("id"))


def _expect(posting: Posting, *kinds: str) -> None:
    if posting.kind not in kinds:
        raise Unsound(f"posting {posting.pk} is a {posting.kind}, not {' or '.join(kinds)}")
