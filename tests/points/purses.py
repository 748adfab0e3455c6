"""Shorthand for ledger tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from django.db import transaction

from community.directory.models import Community, Street, User
from points import ledger
from points.models import Account, Asset, Posting, Purse, issuance, member

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
WHY = ledger.Source("测试")
numbers = count(1)


def details(key: str = "") -> dict[str, Any]:
    return {"key": key or f"test:{next(numbers)}", "source": WHY, "now": NOON}


def give(user: User, amount: int, key: str = "", asset: str = Asset.POINTS) -> Posting:
    community_id: Any = user.community_id
    return ledger.post([(issuance(community_id, asset), -amount), (purse_of(user, asset), amount)], **details(key))


def purse_of(user: User, asset: str = Asset.POINTS) -> Purse:
    community_id: Any = user.community_id
    return member(user, community_id, asset)


def sink_of(user: User) -> Purse:
    return purse_of(user)._replace(kind=Account.Kind.REDEEMED, owner_id=None)


def balance(purse: Purse) -> int:
    account = Account.objects.named([purse]).first()
    return account.balance if account else 0


@contextmanager
def refused(kind: type[Exception], match: str | None = None) -> Iterator[None]:
    """Expect a refusal, and go on after it in the same transaction."""
    with pytest.raises(kind, match=match), transaction.atomic():
        yield


@dataclass
class Village:
    """A community with three people."""

    community: Community
    an: User
    bo: User
    cui: User


def build_village(digit: str) -> Village:
    street = Street.objects.create(code=f"37010500{digit}", name=f"街道{digit}")
    community = Community.objects.create(street=street, code=f"37010500{digit}001", name=f"社区{digit}")
    names = [f"{name}{digit}" for name in ("an", "bo", "cui")]
    return Village(community, *[User.objects.create(username=name, name=name, community=community) for name in names])
