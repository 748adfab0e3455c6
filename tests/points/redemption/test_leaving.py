"""A member leaves, dies or has two accounts made one, with orders open and a draw entered: nothing stands in others' way."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from community.core.workflow import NotNow
from community.timers.sweep import sweep
from points import closing, ledger
from points.models import CartLine, Offer, PrizeDraw, Redemption
from points.redemption.settlement import draw_up
from points.verification import faults
from tests.division_specimens import a_division, a_new_community
from tests.load.redeem import problems
from tests.neighbourhood import Hood
from tests.points.purses import balance, give, purse_of, refused, sink_of
from tests.specimens import MONDAY, a_draw, a_handover, a_redemption

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


@pytest.fixture
def two_accounts(hood: Hood) -> tuple[Redemption, PrizeDraw]:
    """The resident has an order and a place in a draw; the neighbour will turn out to be the same person."""
    order, draw = a_redemption(hood), a_draw(hood, price=10, stock=1)
    draw.enter(by=hood.resident, now=MONDAY)
    return order, draw


def merged(hood: Hood) -> None:
    a_handover(hood, why="merge", owner=hood.resident, heir=hood.neighbour).approve(by=hood.secretary, now=MONDAY)


def settled(offer: Offer) -> None:
    """Nobody waits for anything any more, and all of it fits."""
    later = offer.window.collect_until + timedelta(minutes=1)
    sweep(later)
    assert draw_up(offer.window, now=later)
    assert problems() == []


def test_the_other_account_collects_what_was_ordered(hood: Hood, two_accounts: tuple[Redemption, PrizeDraw]) -> None:
    order, draw = two_accounts
    merged(hood)
    order.refresh_from_db()
    assert (order.status, order.raised_by, order.lines.get().member) == ("reserved", hood.neighbour, hood.neighbour)
    assert order.timeline.get(verb="pass_on").actor is None
    order.collect(by=hood.partner, now=MONDAY, code=order.code)
    sweep(draw.draws_at)
    prize = Redemption.objects.exclude(pk=order.pk).get()
    assert (prize.raised_by, balance(purse_of(hood.neighbour))) == (hood.neighbour, 10)
    prize.collect(by=hood.partner, now=draw.draws_at, code=prize.code)
    settled(draw.offer)


def test_what_is_not_collected_comes_back_to_the_other_account(
    hood: Hood, two_accounts: tuple[Redemption, PrizeDraw]
) -> None:
    order, draw = two_accounts
    merged(hood)
    draw.call_off(by=hood.staff, now=MONDAY, note="单位撤了")
    order.refresh_from_db()
    order.cancel(by=hood.neighbour, now=MONDAY)
    assert balance(purse_of(hood.neighbour)) == 30
    settled(draw.offer)


def test_one_person_has_one_chance(hood: Hood, two_accounts: tuple[Redemption, PrizeDraw]) -> None:
    _order, draw = two_accounts
    give(hood.neighbour, 10)
    draw.enter(by=hood.neighbour, now=MONDAY)
    merged(hood)
    assert [entry.member for entry in draw.entries.standing()] == [hood.neighbour]
    assert balance(purse_of(hood.neighbour)) == 20
    settled(draw.offer)


def test_an_account_that_was_stopped_wins_nothing(hood: Hood, two_accounts: tuple[Redemption, PrizeDraw]) -> None:
    order, draw = two_accounts
    hood.resident.is_active = False
    hood.resident.save()
    sweep(draw.draws_at)
    draw.refresh_from_db()
    assert (draw.status, draw.winning_numbers()) == ("drawn", [])
    assert balance(purse_of(hood.resident)) == 20
    settled(draw.offer)
    order.refresh_from_db()
    assert order.status == "lapsed"


@pytest.mark.parametrize(("why", "heir"), [("leave", None), ("inherit", "neighbour")])
def test_a_window_can_be_settled_after_a_member_has_gone(
    hood: Hood, two_accounts: tuple[Redemption, PrizeDraw], why: str, heir: str | None
) -> None:
    order, draw = two_accounts
    CartLine.put(order.lines.get().offer, 1, by=hood.neighbour, now=MONDAY)
    handover = a_handover(hood, why=why, owner=hood.resident, heir=heir and getattr(hood, heir))
    handover.approve(by=hood.secretary, now=MONDAY)
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert order.timeline.get(verb="void").actor is None
    assert not draw.entries.standing().exists()
    assert CartLine.objects.exists()
    settled(draw.offer)


def test_nobody_takes_over_for_an_account_that_has_gone_itself(hood: Hood) -> None:
    merged(hood)
    with pytest.raises(ValidationError, match="由别人承接"):
        a_handover(hood, why="merge", owner=hood.neighbour, heir=hood.resident)
    with refused(NotNow, "由别人承接"):
        closing.merge(hood.neighbour, hood.resident, community=hood.community, by=None, now=MONDAY)


def test_who_moved_with_their_part_of_the_community_still_has_their_orders(
    hood: Hood, two_accounts: tuple[Redemption, PrizeDraw]
) -> None:
    order, draw = two_accounts
    stays = a_redemption(hood, offer=order.lines.get().offer, by=hood.neighbour)
    target = a_new_community(hood)
    hood.resident.community = target
    hood.resident.save()
    a_division(hood, target=target).approve(by=hood.secretary, now=MONDAY)
    assert list(PrizeDraw.objects.visible_to(hood.resident)) == [draw]
    draw.withdraw(by=hood.resident, now=MONDAY)
    assert not PrizeDraw.objects.visible_to(hood.resident).exists()
    order.collect(by=hood.partner, now=MONDAY, code=order.code)
    stays.cancel(by=hood.neighbour, now=MONDAY)
    assert balance(purse_of(hood.resident)) == 10  # the rest of thirty went over at once
    a_division(hood, target=target).approve(by=hood.secretary, now=MONDAY)
    hood.resident.refresh_from_db()
    assert balance(purse_of(hood.resident)) == 20
    settled(draw.offer)
