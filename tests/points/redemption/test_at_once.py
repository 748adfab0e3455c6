"""Many at once, and workers killed in the middle: nothing is sold twice, nothing is lost, nothing created."""

import random
from uuid import uuid4

import pytest
from django.db.models import Sum

from community.directory.models import User
from community.timers.sweep import sweep
from points import closing, ledger
from points.models import Account, CartLine, DrawEntry, PrizeDraw, Redemption, issuance, member
from points.redemption.cart import Refused, check_out
from points.verification import faults
from tests.load.redeem import Hammer, problems, visit
from tests.neighbourhood import Hood, Town
from tests.points.test_ledger_at_once import THREADS, at_once
from tests.specimens import MONDAY, a_draw, an_offer

pytestmark = pytest.mark.django_db(transaction=True)


def shoppers(hood: Hood, count: int, points: int) -> list[User]:
    first = User.objects.count()
    people = User.objects.bulk_create(
        User(username=f"shopper{first + n}", name=f"居民{n}", community=hood.community) for n in range(count)
    )
    entries = [(member(user, hood.community.pk), points) for user in people]
    source = ledger.Source("测试")
    ledger.post([(issuance(hood.community.pk), -points * count), *entries], key=str(uuid4()), source=source, now=MONDAY)
    return people


def test_a_hundred_take_the_last_one(town: Town) -> None:
    last = an_offer(town.ours, stock=1)
    people = shoppers(town.ours, 100, 10)
    CartLine.objects.bulk_create(CartLine(member=user, offer=last) for user in people)

    gone: list[str] = []

    def take(number: int) -> int:
        won = 0
        for user in people[number::THREADS]:
            try:
                won += len(check_out(by=user, key=uuid4(), now=MONDAY))
            except Refused as refusal:
                gone.append(str(refusal))
        return won

    assert sum(at_once(take)) == 1
    assert set(gone) == {"“理发一次”已经兑完了，请从购物车里拿掉。"}
    last.refresh_from_db()
    assert (last.left, last.reserved) == (0, 1)
    assert Account.objects.filter(kind="held").aggregate(all=Sum("balance"))["all"] == 10
    assert list(faults()) == []


def test_eight_taps_of_one_cart_redeem_once(town: Town) -> None:
    offer = an_offer(town.ours, stock=9, per_person=9)
    [user] = shoppers(town.ours, 1, 100)
    CartLine.put(offer, 2, by=user, now=MONDAY)
    key = uuid4()
    made = at_once(lambda number: [one.pk for one in check_out(by=user, key=key, now=MONDAY)])
    assert len({tuple(one) for one in made}) == 1
    offer.refresh_from_db()
    assert (Redemption.objects.count(), offer.left) == (1, 7)


def test_two_phones_cannot_overspend(town: Town) -> None:
    draws = [a_draw(town.ours, name=str(n), price=30) for n in range(4)]
    [user] = shoppers(town.ours, 1, 50)

    def spend(number: int) -> bool:
        try:
            return bool(PrizeDraw.objects.get(pk=draws[number % 4].pk).enter(by=user, now=MONDAY))
        except ledger.NotEnough:
            return False

    assert any(at_once(spend))
    assert DrawEntry.objects.count() == 1
    assert Account.objects.get(owner=user, kind="held").balance == 30
    assert list(faults()) == []


def test_eight_processes_with_kills_lose_nothing(town: Town) -> None:
    """Seconds here; ``python -m tests.load.redeem`` goes on for a minute."""
    hood = town.ours
    offers = [an_offer(hood, name=f"第{n}样", stock=40, per_person=9, price=n + 1) for n in range(3)]
    hammer = Hammer([user.pk for user in shoppers(hood, 24, 60)], [offer.pk for offer in offers], hood.partner.pk)
    hammer.run(seconds=4, processes=8, kill_every=1.0)
    assert problems() == []
    assert Redemption.objects.exists()


def test_members_leave_and_are_merged_while_everybody_redeems(town: Town) -> None:
    hood = town.ours
    offers = {offer.pk: offer for offer in (an_offer(hood, name=f"第{n}样", stock=60, per_person=9) for n in range(3))}
    members, draw = shoppers(hood, 16, 90), a_draw(hood, price=10, stock=3)
    for user in members:
        draw.enter(by=user, now=MONDAY)

    def go(number: int) -> None:
        dice = random.Random(number)
        for nth in range(number * 2, number * 2 + 2) if number < 5 else ():
            visit([user.pk for user in members], offers, hood.partner, dice)
            if number < 2:
                closing.merge(members[nth], members[15 - nth], community=hood.community, by=None, now=MONDAY)
            else:
                closing.close(members[nth], community=hood.community, by=None, now=MONDAY)
        for _turn in range(5 if number > 4 else 0):
            visit([user.pk for user in members], offers, hood.partner, dice)

    at_once(go)
    assert {entry.member for entry in draw.entries.standing()} == set(members[10:])
    sweep(draw.offer.window.collect_until)
    assert problems() == []


def test_draws_are_held_while_everybody_is_given_points(town: Town) -> None:
    hood = town.ours
    people, here = shoppers(hood, 16, 60), hood.community.pk
    draws = [a_draw(hood, name=f"第{n}签", price=10, stock=3) for n in range(3)]
    for draw in draws:
        for user in people[::-1]:  # the other way round than they are given points
            draw.enter(by=user, now=MONDAY)

    def go(number: int) -> None:
        for turn in range(20 if number < 5 else 0):
            gifts = [(member(user, here), 1) for user in people]
            source = ledger.Source("测试")
            ledger.post_many(gifts, against=issuance(here), key=f"all:{number}:{turn}", source=source, now=MONDAY)
        if number == 5:
            PrizeDraw.objects.get(pk=draws[0].pk).call_off(by=hood.staff, now=MONDAY, note="单位撤了")
        elif number > 5:
            PrizeDraw.objects.get(pk=draws[number - 5].pk).draw(by=None, now=draws[0].draws_at)

    at_once(go)
    assert Redemption.objects.count() == 2 * 3
    assert problems() == []
