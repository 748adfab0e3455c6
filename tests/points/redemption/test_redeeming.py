"""From the cart to the counter: points and stock move together, once, or not at all."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from community.core.workflow import NotNow, NotYours
from community.directory.models import PartnerUnit, User
from community.notices.models import Notice
from community.timers.sweep import sweep
from grids.models import HouseholdTier
from points import ledger
from points.models import CartLine, Offer, Posting, Redemption, RedemptionLine
from points.redemption.cart import Refused, check_out
from points.redemption.redemption import spent
from points.verification import faults
from tests.neighbourhood import Hood, Town
from tests.points.purses import balance, give, purse_of, refused
from tests.specimens import MONDAY, a_redemption, an_offer

AFTER = MONDAY + timedelta(days=60)


def put(offer: Offer, user: User, quantity: int = 1) -> None:
    CartLine.put(offer, quantity, by=user, now=MONDAY)


def redeem(user: User, **more: Any) -> list[Redemption]:
    facts: dict[str, Any] = {"by": user, "key": uuid4(), "now": MONDAY} | more
    return check_out(**facts)


def left(offer: Offer) -> tuple[int, int]:
    offer.refresh_from_db()
    return offer.left, offer.collected


def held(user: User) -> int:
    return balance(purse_of(user).of_kind("held"))


def test_what_is_collected_is_paid(hood: Hood, rich: User, haircut: Offer) -> None:
    put(haircut, rich)
    [made] = redeem(rich)
    assert (left(haircut), balance(purse_of(rich)), held(rich)) == ((4, 0), 90, 10)
    assert not CartLine.objects.exists()
    with refused(ValidationError, "领取码不对"):
        made.collect(by=hood.partner, now=MONDAY, code="WRONG")
    made.collect(by=hood.partner, now=MONDAY, code=made.shown_code.lower())
    assert (left(haircut), balance(purse_of(rich)), held(rich)) == ((4, 1), 90, 0)
    assert balance(spent(hood.community.pk)) == 10
    assert made.collected_by == hood.partner
    assert Notice.objects.filter(recipient=rich, code="redemption.collected").exists()
    with refused(NotNow):
        made.collect(by=hood.partner, now=MONDAY, code=made.code)
    assert sweep(AFTER).fired == 0
    assert list(faults()) == []


def test_what_nobody_collects_goes_back_by_itself_and_once(rich: User, haircut: Offer) -> None:
    put(haircut, rich)
    [made] = redeem(rich)
    sweep(made.until - timedelta(days=2))
    assert Notice.objects.filter(recipient=rich, code="redemption.remind").count() == 1
    assert held(rich) == 10
    for _again in range(2):
        sweep(AFTER)
        made.refresh_from_db()
        assert (made.status, left(haircut), balance(purse_of(rich)), held(rich)) == ("lapsed", (5, 0), 100, 0)
    assert Notice.objects.filter(code="redemption.lapsed").count() == 1


def test_a_member_changes_their_mind_and_may_redeem_again(hood: Hood, rich: User, haircut: Offer) -> None:
    put(haircut, rich)
    [made] = redeem(rich)
    with refused(Refused, "每人限兑 1 份"):
        put(haircut, rich)
    with refused(NotYours):
        made.cancel(by=hood.neighbour, now=MONDAY)
    made.cancel(by=rich, now=MONDAY)
    assert (left(haircut), balance(purse_of(rich))) == ((5, 0), 100)
    put(haircut, rich)
    redeem(rich)


def test_the_partner_says_why_it_cannot_give_it(hood: Hood, rich: User, haircut: Offer) -> None:
    put(haircut, rich)
    [made] = redeem(rich)
    with refused(ValidationError, "请写明理由"):
        made.decline(by=hood.partner, now=MONDAY)
    made.decline(by=hood.partner, now=MONDAY, note="师傅病了")
    assert (left(haircut), balance(purse_of(rich))) == ((5, 0), 100)
    assert Notice.objects.get(code="redemption.declined").params["note"] == "师傅病了"


def test_a_second_tap_redeems_nothing_more(rich: User, haircut: Offer) -> None:
    put(haircut, rich)
    key = uuid4()
    first = redeem(rich, key=key)
    assert redeem(rich, key=key) == first
    with refused(Refused, "购物车是空的"):
        redeem(rich)
    assert Redemption.objects.count() == 1
    assert Posting.objects.filter(kind="hold").count() == 1


def test_one_redemption_for_each_partner_unit(hood: Hood, rich: User, haircut: Offer) -> None:
    other = PartnerUnit.objects.create(community=hood.community, name="粮油店")
    rice = an_offer(hood, partner=other, name="大米", price=20, per_person=3)
    put(haircut, rich)
    put(rice, rich, 2)
    made = redeem(rich)
    assert [(one.partner.name, one.cost) for one in made] == [(hood.unit.name, 10), ("粮油店", 40)]
    assert len({one.code for one in made}) == 2
    assert held(rich) == 50
    assert not Redemption.objects.visible_to(hood.partner).filter(pk=made[1].pk).exists()


def test_without_enough_points_nothing_moves(hood: Hood, haircut: Offer) -> None:
    give(hood.resident, 9)
    put(haircut, hood.resident)
    with refused(ledger.NotEnough):
        redeem(hood.resident)
    assert (left(haircut), CartLine.objects.count(), Redemption.objects.count()) == ((5, 0), 1, 0)


def test_a_window_that_closes_while_a_cart_is_open_is_said_in_words(rich: User, haircut: Offer) -> None:
    put(haircut, rich)
    with refused(Refused, "2026 年上半年兑换期已经截止，没有兑换，您的积分没有动"):
        redeem(rich, now=haircut.window.closes_at)
    with refused(Refused, "还没有开始"):
        redeem(rich, now=haircut.window.opens_at - timedelta(minutes=1))
    assert (balance(purse_of(rich)), CartLine.objects.count()) == (100, 1)


def test_what_is_gone_is_said_in_words(hood: Hood, rich: User) -> None:
    scarce = an_offer(hood, stock=1, per_person=2)
    with refused(Refused, "只剩 1 份"):
        put(scarce, rich, 2)
    put(scarce, rich)
    give(hood.neighbour, 10)
    put(scarce, hood.neighbour)
    redeem(hood.neighbour)
    with refused(Refused, "已经兑完了"):
        redeem(rich)
    assert balance(purse_of(rich)) == 100


def test_a_household_shares_its_limit(hood: Hood, rich: User) -> None:
    shared = an_offer(hood, per_household=1)
    put(shared, rich)
    redeem(rich)
    give(hood.neighbour, 10)
    with refused(Refused, "请先加入您的家"):
        put(shared, hood.neighbour)
    hood.neighbour.person = type(rich.person)(  # type: ignore[misc]
        community=hood.community, name="老伴", dwelling=hood.dwelling
    )
    hood.neighbour.person.save()
    with refused(Refused, "每户限兑 1 份"):
        put(shared, hood.neighbour)


def test_for_whom_an_offer_is_meant(town: Town, rich: User) -> None:
    hood = town.ours
    for whom, meets in (("party_member", hood.party_member), ("volunteer", hood.volunteer)):
        offer = an_offer(hood, name=whom, for_whom=[whom])
        put(offer, meets)
        with refused(Refused, "是给(党员|志愿者)的"):
            put(offer, rich)
    with refused(Refused, "本社区居民"):
        put(an_offer(hood), town.theirs.resident)
    with refused(Refused):
        put(an_offer(hood, name="未知", for_whom=["gone"]), rich)


def test_elders_and_households_in_need(hood: Hood, rich: User) -> None:
    elders = an_offer(hood, name="体检", for_whom=["elder"])
    needy = an_offer(hood, name="米面油", for_whom=["in_need"])
    for offer in (elders, needy):
        with refused(Refused):
            put(offer, rich)
    assert rich.person is not None
    rich.person.birth_month = date(1950, 1, 1)
    rich.person.save()
    HouseholdTier.place(
        dwelling=hood.dwelling, tier="regular", reason="low_income", by=hood.worker, facts="低保", now=MONDAY
    )
    put(elders, rich)
    put(needy, rich)
    assert len(redeem(rich)) == 1


def test_nobody_hands_out_to_themselves(hood: Hood) -> None:
    made = a_redemption(hood, by=hood.partner)
    with refused(NotYours):
        made.collect(by=hood.partner, now=MONDAY, code=made.code)


def test_the_price_of_the_moment_stands(hood: Hood, rich: User, haircut: Offer) -> None:
    put(haircut, rich)
    [made] = redeem(rich)
    Offer.objects.update(price=99)
    made.collect(by=hood.partner, now=MONDAY, code=made.code)
    assert (balance(purse_of(rich)), RedemptionLine.objects.get().points) == (90, 10)


@pytest.mark.parametrize(
    "wrong", [{"left": 6}, {"left": 5, "collected": 1}, {"price": 0}, {"stock": 0, "left": 0}, {"per_person": 0}]
)
def test_the_database_refuses_impossible_stock(haircut: Offer, wrong: dict[str, int]) -> None:
    with refused(IntegrityError):
        Offer.objects.filter(pk=haircut.pk).update(**wrong)


def test_windows_may_not_overlap(haircut: Offer) -> None:
    window = haircut.window
    window.pk, window.name = None, "又一期"
    with refused(IntegrityError, "windows_do_not_overlap"):
        window.save()
