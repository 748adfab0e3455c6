"""What ends with the account of a member who leaves or dies: their orders, and their part in draws."""

from datetime import datetime
from typing import TYPE_CHECKING

from points.redemption.draw import PrizeDraw
from points.redemption.redemption import Redemption

if TYPE_CHECKING:
    from community.directory.models import Community, User


def give_up(owner: "User", community: "Community", now: datetime) -> None:
    entered = PrizeDraw.objects.open().filter(entries__member=owner, entries__withdrawn_at=None, community=community)
    for draw in entered.order_by("pk"):
        draw.drop(owner, now)
    for order in Redemption.objects.open().filter(raised_by=owner, community=community).order_by("pk"):
        order.void(by=None, now=now)
