"""Whether the points that people have can be redeemed: points outstanding against what the coming window offers."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Sum
from django.utils import timezone

from community.core.perms import Perm
from community.core.reach import reach
from points.models.account import OWNED_KINDS, Account, Asset
from points.redemption.offer import Offer
from points.redemption.window import Window

if TYPE_CHECKING:
    from community.directory.models import Community, User

TIGHT = 80  # per cent of the stock's worth


@dataclass(frozen=True)
class Solvency:
    """``outstanding`` counts what members have, held or not; ``worth`` everything offered that nobody collected yet."""

    community: "Community"
    window: Window | None
    outstanding: int
    worth: int

    @property
    def covered(self) -> bool:
        return self.outstanding <= self.worth

    @property
    def short(self) -> int:
        return max(0, self.outstanding - self.worth)

    @property
    def per_cent(self) -> int:
        """How much of the stock's worth the points would take, at most 100 for the bar."""
        return min(100, self.outstanding * 100 // self.worth) if self.worth else 100 if self.outstanding else 0

    @property
    def state(self) -> str:
        if not self.covered:
            return "overdue"
        return "soon" if self.per_cent >= TIGHT else "ontime"

    def after(self, amount: int) -> "Solvency":
        """How it would stand with so many points more: asked before they are issued."""
        return Solvency(self.community, self.window, self.outstanding + amount, self.worth)


def solvency_of(community: "Community", now: datetime) -> Solvency:
    window = Window.objects.current(community.pk, now)
    worth = Offer.objects.filter(window=window, withdrawn=False).worth() if window else 0
    return Solvency(community, window, outstanding(community.pk), worth)


def solvency_seen_by(user: "User") -> Solvency | None:
    """Whether the points of one's own community are covered, for who sees its ledger."""
    own = user.community if user.community_id in reach(user, Perm.SEE_POINTS).communities else None
    return solvency_of(own, timezone.now()) if own else None


def outstanding(community_id: int) -> int:
    """What members have: the mirror of the community's own few accounts, because everything sums to zero."""
    own = Account.objects.filter(community=community_id, asset=Asset.POINTS).exclude(kind__in=OWNED_KINDS)
    return -int(own.aggregate(all=Sum("balance"))["all"] or 0)
