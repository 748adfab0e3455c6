"""When the owner of an account changes or goes: two accounts of one person become one, a member leaves or dies, a
community is divided. Nothing is rewritten: everything moves by postings.

What somebody has in another community stays: nobody here decides about it. Whoever calls has checked who may; ``by`` stands
in every posting.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from community.core.workflow import NotNow
from community.directory.models import Community, User
from points import holding, ledger
from points.models import Account, Asset, Posting, Purse
from points.models.account import OWNED_KINDS, Kind, member

if TYPE_CHECKING:
    from community.core.models import Case

MERGED = _("合并账户")
INHERITED = _("由家人承接")
FORFEITED = _("退出后清零")
MOVED = _("随社区调整划转")

# What else ends with the account of a member who leaves, or goes on in their other account: (who, where, when, who they
# are from now on, if anybody). Whoever holds points for something says it here, so that an order is cancelled and its
# goods are free again, instead of standing there without its points. It locks all it will touch and returns what to do
# once the accounts are locked too: everybody takes accounts last.
Ending = Callable[[User, Community, datetime, User | None], Callable[[], None]]
_endings: list[Ending] = []


def on_closing(ending: Ending) -> None:
    if ending not in _endings:
        _endings.append(ending)


@transaction.atomic
def merge(old: User, new: User, *, community: Community, by: User | None, now: datetime) -> list[Posting]:
    """Two accounts of one person: all that ``old`` has in the community goes to ``new``, also what comes back later.

    Orders and draws go over too. Raises Unsound, NotNow.
    """
    _check_heir(old, new, community)
    doing = [ending(old, community, now, new) for ending in _endings]
    Account.objects.bulk_create(
        [Account(**member(old, community.pk, asset)._asdict()) for asset in Asset.values], ignore_conflicts=True
    )
    _lock(community, old, new)
    for do in doing:
        do()
    return _hand_over(old, new, _owned(old, community), list(Asset.values), MERGED, by, now)


@transaction.atomic
def close(
    owner: User, *, community: Community, by: User | None, now: datetime, heir: User | None = None
) -> list[Posting]:
    """A member of the community leaves or dies: what they had under way ends and what was held is given back, then points
    lapse or go to a relative.

    Hours are a record of service: they stay where they are and nobody inherits them. Money is never forfeited; it needs
    an heir. Raises Unsound, NotNow.
    """
    if heir is not None:
        _check_heir(owner, heir, community)
    doing = [ending(owner, community, now, None) for ending in _endings]
    for held in _open_holds(owner, community):
        holding.stop(held, now, "release")
    _lock(community, owner, heir)
    for do in doing:
        do()
    made = [_give_back(held, by, now) for held in _open_holds(owner, community)]
    accounts = _owned(owner, community)
    if heir is not None:
        return made + _hand_over(owner, heir, accounts, [Asset.POINTS, Asset.CENTS], INHERITED, by, now)
    if any(account.asset == Asset.CENTS and account.balance for account in accounts):
        raise ledger.Unsound("money needs somebody to go to")
    for account in accounts:
        if account.kind == Kind.AVAILABLE and account.asset == Asset.POINTS and account.balance:
            to = Purse(account.community_id, Kind.EXPIRED, account.asset)
            made.append(_move(account, to, FORFEITED, by, now))
    return made


@transaction.atomic
def divide(
    members: Iterable[User], origin: Community, target: Community, *, key: str, by: User | None, now: datetime,
    case: "Case | None" = None,
) -> dict[str, int]:  # fmt: skip
    """Members go over to a new community with what they have; what is held stays until it is answered.

    A posting stays within its community, so each side has an account for what was moved: together they hold nothing.
    Returns what moved, by asset. Called again, it takes what has come back meanwhile, under another ``key``.
    """
    owners = {member.pk for member in members}
    touched = Q(kind=Kind.AVAILABLE, owner__in=owners) | Q(kind=Kind.MOVED)
    accounts = Account.objects.filter(touched, community__in=[origin, target])
    locked = list(accounts.order_by("pk").select_for_update(no_key=True))
    found = [one for one in locked if one.community_id == origin.pk and one.kind == Kind.AVAILABLE and one.balance]
    moved: dict[str, int] = {}
    source = ledger.Source(MOVED, case)
    for asset in Asset.values:
        gone = [(account.purse, -account.balance) for account in found if account.asset == asset]
        if not gone:
            continue
        moved[asset] = -sum(amount for _purse, amount in gone)
        arrived = [(purse._replace(community_id=target.pk), -amount) for purse, amount in gone]
        for community, entries in ((origin, gone), (target, arrived)):
            against = Purse(community.pk, Kind.MOVED, asset)
            ledger.post_many(entries, against=against, key=f"{key}:{asset}", source=source, now=now, by=by)
    return moved


def _hand_over(
    old: User, new: User, found: list[Account], assets: list[str], words: str, by: User | None, now: datetime
) -> list[Posting]:
    accounts = [account for account in found if account.asset in assets]
    made = [
        _move(account, account.purse._replace(owner_id=new.pk), words, by, now)
        for account in accounts
        if account.kind == Kind.AVAILABLE and account.balance
    ]
    waiting = [account.pk for account in accounts if account.successor_id is None]
    Account.objects.filter(pk__in=waiting).update(successor=new)
    return made


def has_gone(user: User, community: Community) -> bool:
    """Whether another took over the person's account there: whatever went to it now would be lost to everybody."""
    return Account.objects.filter(
        community=community, owner=user, kind=Kind.AVAILABLE, successor__isnull=False
    ).exists()


def _check_heir(old: User, new: User, community: Community) -> None:
    if old.pk == new.pk:
        raise ledger.Unsound("an account cannot be merged with itself")
    if has_gone(new, community):
        raise NotNow(gettext_lazy("承接人的账户已经由别人承接，请写现在用的账户。"))


def _lock(community: Community, *owners: User | None) -> None:
    """All that may move: hours may be recorded, points given to everybody or lapsing at this moment."""
    people = sorted(user.pk for user in owners if user is not None)
    list(User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk"))
    ledger.lock(community.pk, people, Kind.EXPIRED)


def _owned(owner: User, community: Community) -> list[Account]:
    return list(Account.objects.filter(community=community, owner=owner, kind__in=OWNED_KINDS).order_by("pk"))


def _move(account: Account, to: Purse, words: str, by: User | None, now: datetime) -> Posting:
    """All that stands in an account. The key names its last line, so the same balance moves once."""
    last = account.lines.aggregate(last=Max("pk"))["last"]
    entries = [(account.purse, -account.balance), (to, account.balance)]
    return ledger.post(entries, key=f"closing:{last}", source=ledger.Source(words), now=now, by=by)


def _open_holds(owner: User, community: Community) -> list[Posting]:
    held = Posting.objects.filter(community=community, kind=Posting.Kind.HOLD, answered_by=None)
    return list(held.filter(lines__account__owner=owner, lines__account__kind=Kind.HELD).order_by("pk"))


def _give_back(held: Posting, by: User | None, now: datetime) -> Posting:
    return ledger.release(held, key=f"closing:hold:{held.pk}", source=ledger.Source(FORFEITED), now=now, by=by)
