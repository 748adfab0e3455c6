"""How a posting gets into the database; called by ``points.ledger`` and nobody else."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.workflow import MoveError
from points.models.account import Account, Purse
from points.models.posting import Posting

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


class Row(NamedTuple):
    """A posting's columns in the order of the statement below."""

    community_id: int
    key: str
    kind: str
    words: str
    case_id: int | None
    by_id: int | None
    answers_id: int | None
    at: datetime
    until: datetime | None = None


def write(
    kind: str,
    entries: Sequence[Entry],
    key: str,
    source: Source,
    now: datetime,
    by: "User | None",
    answers: Posting | None = None,
    until: datetime | None = None,
) -> Posting:
    """The posting of this key: written now, or the one that stands. Raises Unsound, NotEnough, AlreadyAnswered."""
    community_id = _check(entries)
    if not 0 < len(key) <= 120:
        raise Unsound("a posting needs a key of 1 to 120 characters")
    if answers is not None and answers.community_id != community_id:
        raise Unsound("an answer stays in the community of its posting")
    words, case = source
    row = Row(community_id, key, kind, words[:120], _pk(case), _pk(by), _pk(answers), now, until)
    posting = _insert(row, entries) or _standing(row)
    if posting is None:
        with transaction.atomic(savepoint=False):
            posting = _insert_opening(row, entries) or _standing(row)
    if posting is None:
        raise AlreadyAnswered(_("这笔账已经结清或冲正过了。"))
    return posting


def _pk(row: models.Model | None) -> int | None:
    return None if row is None else row.pk


def _insert_opening(row: Row, entries: Sequence[Entry]) -> Posting | None:
    """Open the accounts that do not exist yet, in one order for everybody, and write the posting again."""
    purses = sorted(
        (purse for purse, _amount in entries),
        key=lambda purse: (*purse[:3], purse.owner_id or 0, purse.project_id or 0),
    )
    Account.objects.bulk_create((Account(**purse._asdict()) for purse in purses), ignore_conflicts=True)
    return _insert(row, entries)


def _standing(row: Row) -> Posting | None:
    """The posting that this key made before."""
    first = Posting.objects.filter(community=row.community_id, key=row.key).first()
    if first and (first.kind, first.answers_id) != (row.kind, row.answers_id):
        raise Unsound(f"the key {row.key!r} belongs to another posting, a {first.kind}")
    return first


def _check(entries: Sequence[Entry]) -> int:
    """The one community of balanced entries, or Unsound."""
    names = [purse for purse, _amount in entries]
    if len(names) < 2 or len(set(names)) < len(names):
        raise Unsound("a posting takes two or more accounts, each once")
    if len({name.community_id for name in names}) > 1:
        raise Unsound("a posting stays within one community")
    sums: dict[str, int] = {}
    for purse, amount in entries:
        sums[purse.asset] = sums.get(purse.asset, 0) + whole(amount)
    if any(sums.values()):
        raise Unsound(f"the entries do not sum to zero: {sums}")
    return names[0].community_id


def whole(amount: int) -> int:
    if type(amount) is not int or not 0 < abs(amount) <= MOST:
        raise Unsound(f"an amount is a whole number other than zero, at most {MOST}, not {amount!r}")
    return amount


# One round trip (the function stands in migration 0017_fund_writing). Accounts are locked in order of id before any is
# changed. Nothing happens when an account is missing or the key (or the answer) exists; ON CONFLICT waits for a
# concurrent transaction that is about to post the same key.
SQL = f"SELECT points_write(%s, %s, %s, %s, %s, {', '.join(['%s'] * len(Row._fields))})"


def _array(values: Iterable[object]) -> str:
    """An array as one literal: PostgreSQL reads thousands of numbers and words of ours so, instead of as many expressions."""
    return "{" + ",".join(map(str, values)).replace("None", "NULL") + "}"


def _insert(row: Row, entries: Sequence[Entry]) -> Posting | None:
    """The new posting with its lines and balances; None if it stands already or an account is not open yet."""
    purses, amounts = zip(*entries, strict=True)
    _community, *names = zip(*purses, strict=True)
    try:
        with connection.cursor() as cursor:
            cursor.execute(SQL, [*map(_array, (*names, amounts)), *row])
            found = cursor.fetchone()
    except IntegrityError as error:
        if "account_never_below_zero" in str(error):
            raise NotEnough(_("余额不足。")) from error
        raise
    if found[0] is None:
        return None
    posting = Posting.from_db(connection.alias, ["id", *Row._fields], [found[0], *row])
    posting.fresh = True
    return posting
