"""A member leaves or dies with orders open and a draw entered: nothing of theirs is left standing in others' way."""

from datetime import timedelta

import pytest

from community.timers.sweep import sweep
from points import closing, ledger
from points.models import PrizeDraw
from points.verification import faults
from tests.neighbourhood import Hood
from tests.points.purses import balance, give, purse_of, sink_of
from tests.specimens import MONDAY, a_draw, a_redemption

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("inherited", [False, True])
def test_their_orders_end_and_the_draw_goes_on_without_them(hood: Hood, inherited: bool) -> None:
    heir = hood.neighbour if inherited else None
    give(hood.party_member, 10)
    draw = a_draw(hood, price=10, stock=5)
    order = a_redemption(hood)
    for user in (hood.resident, hood.party_member):
        draw.enter(by=user, now=MONDAY)
    closing.close(hood.resident, community=hood.community, by=hood.staff, now=MONDAY, heir=heir)
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert order.lines.get().offer.left == 5
    gone = purse_of(hood.neighbour) if inherited else sink_of(hood.resident)._replace(kind="expired")
    assert balance(gone) == 30
    sweep(draw.draws_at + timedelta(minutes=1))
    assert PrizeDraw.objects.get().status == "drawn"
    assert list(draw.entries.filter(won=True).values_list("member", flat=True)) == [hood.party_member.pk]
    assert list(faults()) == []


def test_what_stood_without_its_points_before_can_still_end(hood: Hood) -> None:
    """Accounts closed before orders ended with them."""
    order = a_redemption(hood)
    assert order.hold is not None
    ledger.release(order.hold, key="earlier", source=ledger.Source("测试"), now=MONDAY)
    sweep(order.until + timedelta(minutes=1))
    order.refresh_from_db()
    assert (order.status, order.lines.get().offer.left) == ("lapsed", 5)
