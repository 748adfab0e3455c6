"""What becomes of somebody's orders and draws when their account ends, or goes on as another of theirs."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from points.redemption.cart import CartLine
from points.redemption.draw import PrizeDraw
from points.redemption.offer import Offer
from points.redemption.redemption import Redemption, RedemptionLine
from points.redemption.workflow import Status

if TYPE_CHECKING:
    from community.directory.models import Community, User


def settle_up(owner: "User", community: "Community", now: datetime, becomes: "User | None") -> Callable[[], None]:
    """Lock them in everybody's order (cart, cases, offers); what is returned then ends them or passes them on.

    Emptying the cart waits for a checkout under way and leaves nothing to the next.
    """
    cart = CartLine.objects.filter(member=owner, offer__window__community=community)
    cart.filter(pk__in=[line.pk for line in cart.order_by("offer_id").select_for_update(of=("self",))]).delete()
    entered = PrizeDraw.objects.open().filter(entries__member=owner, entries__withdrawn_at=None, community=community)
    draws, orders = list(entered), list(Redemption.objects.open().filter(raised_by=owner, community=community))
    for matter in sorted([*draws, *orders], key=lambda matter: matter.pk):
        matter.lock()
    orders = [order for order in orders if order.status == Status.RESERVED]
    Offer.objects.locked(list(RedemptionLine.objects.filter(redemption__in=orders).values_list("offer", flat=True)))

    def carry_out() -> None:
        for draw in draws:
            draw.drop(owner, now) if becomes is None else draw.pass_on(owner, becomes, now)
        for order in orders:
            order.void(by=None, now=now) if becomes is None else order.pass_on(by=None, now=now, to=becomes)

    return carry_out
