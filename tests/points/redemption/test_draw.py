"""A draw that anybody can recompute."""

import subprocess
import sys
from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from community.core.workflow import NotNow
from community.directory.models import User
from community.timers.sweep import sweep
from points.models import PrizeDraw, Redemption
from points.redemption import lots
from points.redemption.cart import Refused
from points.redemption.views.draws import recompute
from points.verification import faults
from tests.neighbourhood import Hood, Town, account
from tests.points.purses import balance, give, purse_of, refused
from tests.specimens import MONDAY, a_draw, an_offer

# Written from the rule on the page alone, with nothing of the hub's.
INDEPENDENT = """
import hashlib, sys
def h(t): return hashlib.sha256(t.encode("utf-8")).hexdigest()
seed, places, ns = sys.argv[1], int(sys.argv[2]), sorted(int(n) for n in sys.argv[3].split(","))
v = h(seed + ":" + ",".join(str(n) for n in ns))
ranked = sorted((h(v + ":" + str(n)), n) for n in ns)
print(",".join(str(n) for _, n in ranked[:places]))
"""


def entrants(hood: Hood, count: int, points: int = 0) -> list[User]:
    people = [account(hood.community, "resident") for _nth in range(count)]
    for user in people:
        if points:
            give(user, points)
    return people


@settings(max_examples=30, deadline=None)
@given(
    numbers=st.sets(st.integers(1, 10_000), max_size=50),
    seed=st.text("0123456789abcdef", min_size=1),
    places=st.integers(0, 60),
)
def test_winners_are_entries_as_many_as_there_are_places(numbers: set[int], seed: str, places: int) -> None:
    won = lots.winners(numbers, seed, places)
    assert set(won) <= numbers
    assert len(won) == len(set(won)) == min(places, len(numbers))
    assert won == lots.winners(sorted(numbers, reverse=True), seed, places)


def test_the_draw_is_what_an_independent_script_finds(hood: Hood) -> None:
    draw = a_draw(hood, price=10, stock=3)
    people = entrants(hood, 8, points=15)
    for user in people:
        draw.enter(by=user, now=MONDAY)
    assert (draw.seed, draw.winning_numbers()) == ("", [])
    assert sum(balance(purse_of(user)) for user in people) == 40
    sweep(draw.draws_at)
    draw.refresh_from_db()

    assert draw.status == "drawn"
    assert sha256(draw.seed.encode()).hexdigest() == draw.commitment
    arguments = [draw.seed, "3", "1,2,3,4,5,6,7,8"]
    found = subprocess.run([sys.executable, "-c", INDEPENDENT, *arguments], capture_output=True, text=True, check=True)
    won = [int(number) for number in found.stdout.split(",")]
    assert won == draw.winning_numbers()
    assert {entry.number for entry in draw.entries.filter(won=True)} == set(won)
    shown = subprocess.run(
        [sys.executable, "-c", recompute(draw, list(range(1, 9)), 3)], capture_output=True, text=True, check=True
    )
    assert shown.stdout == f"True\n{won}\n"


def test_winners_collect_and_losers_have_their_points_back(hood: Hood) -> None:
    draw = a_draw(hood, price=10, stock=1)
    people = entrants(hood, 3, points=10)
    for user in people:
        draw.enter(by=user, now=MONDAY)
    for _again in range(2):
        sweep(draw.draws_at)
    prize = Redemption.objects.get()
    winner = prize.raised_by
    assert winner in people
    assert sorted(balance(purse_of(user)) for user in people) == [0, 10, 10]
    draw.offer.refresh_from_db()
    assert (draw.offer.left, draw.offer.reserved) == (0, 1)
    prize.collect(by=hood.partner, now=draw.draws_at, code=prize.code)
    assert balance(purse_of(winner).of_kind("held")) == 0
    assert list(faults()) == []


def test_once_somebody_entered_the_price_stands(hood: Hood) -> None:
    draw = a_draw(hood, price=10)
    client, address = Client(), f"/points/redemption/offers/{draw.offer_id}/edit/"
    data = {"name": "电饭煲", "sort": "goods", "where": "东门", "price": 12, "stock": 2, "per_person": 1}
    with time_machine.travel(MONDAY, tick=False):
        client.force_login(hood.staff)
        assert client.post(address, data)["Location"] == f"/points/redemption/windows/{draw.offer.window_id}/"
        give(hood.resident, 30)
        draw.enter(by=hood.resident, now=MONDAY)  # the row was read when the price was another
        assert balance(purse_of(hood.resident)) == 18
        answer = client.post(address, data | {"price": 20})
        assert answer.status_code == 422
        assert "已有人报名抽签，不能再改" in str(answer.context["form"].errors["price"])
        assert client.post(address, data | {"stock": 3}).status_code == 302
    sweep(draw.draws_at)
    made = Redemption.objects.get()
    made.collect(by=hood.partner, now=draw.draws_at, code=made.code)
    assert (made.cost, balance(purse_of(hood.resident))) == (12, 18)


def test_a_free_draw_holds_nothing(hood: Hood) -> None:
    draw = a_draw(hood, price=0, stock=2)
    draw.enter(by=hood.resident, now=MONDAY)
    sweep(draw.draws_at)
    prize = Redemption.objects.get()
    assert (prize.cost, prize.hold) == (0, None)
    sweep(prize.until)
    draw.offer.refresh_from_db()
    assert draw.offer.left == 2


def test_entering_twice_is_entering_once(hood: Hood) -> None:
    give(hood.resident, 10)
    draw = a_draw(hood, price=10)
    assert draw.enter(by=hood.resident, now=MONDAY) == draw.enter(by=hood.resident, now=MONDAY)
    assert draw.entries.count() == 1


def test_who_may_not_enter(town: Town) -> None:
    hood = town.ours
    draw = a_draw(hood, per_household=1, for_whom=[])
    draw.enter(by=hood.resident, now=MONDAY)
    with refused(Refused, "请先加入您的家"):
        draw.enter(by=hood.neighbour, now=MONDAY)
    with refused(Refused, "本社区居民"):
        draw.enter(by=town.theirs.resident, now=MONDAY)
    with refused(NotNow, "报名已经截止"):
        draw.enter(by=hood.volunteer, now=draw.draws_at)


def test_a_draw_called_off_gives_everything_back(hood: Hood) -> None:
    give(hood.resident, 10)
    draw = a_draw(hood, price=10)
    draw.enter(by=hood.resident, now=MONDAY)
    draw.call_off(by=hood.staff, now=MONDAY, note="单位撤了")
    assert balance(purse_of(hood.resident)) == 10
    sweep(draw.draws_at)
    assert not Redemption.objects.exists()


def test_the_seed_cannot_be_changed_by_anybody(hood: Hood) -> None:
    draw = a_draw(hood)
    other = lots.new_seed()
    for change in ({"secret": other}, {"secret": other, "commitment": lots.digest(other)}):
        with refused(DatabaseError, "stays|draw_commits"):
            PrizeDraw.objects.filter(pk=draw.pk).update(**change)
    with connection.cursor() as cursor:
        cursor.execute("SELECT commitment = encode(sha256(secret::bytea), 'hex') FROM points_prizedraw")
        assert cursor.fetchone() == (True,)


def test_a_draw_lies_within_its_window(hood: Hood) -> None:
    offer = an_offer(hood, by_draw=True)
    for moment in (MONDAY, offer.window.closes_at + timedelta(minutes=1)):
        with pytest.raises(ValidationError, match="兑换期内"):
            PrizeDraw.announce(offer, moment, by=hood.staff, now=MONDAY)


def test_who_withdraws_gets_it_back_and_cannot_win(hood: Hood) -> None:
    draw = a_draw(hood, price=10, stock=2)
    one, other = entrants(hood, 2, points=10)
    for user in (one, other):
        draw.enter(by=user, now=MONDAY)
    with refused(NotNow):
        draw.withdraw(by=hood.resident, now=MONDAY)
    draw.withdraw(by=one, now=MONDAY)
    assert balance(purse_of(one)) == 10
    with refused(NotNow):
        draw.withdraw(by=one, now=MONDAY)
    again = draw.enter(by=one, now=MONDAY)
    assert (again.number, balance(purse_of(one))) == (3, 0)  # a number is given once
    draw.withdraw(by=one, now=MONDAY)
    sweep(draw.draws_at)
    draw.refresh_from_db()
    assert draw.winning_numbers() == [2]
    assert balance(purse_of(one)) == 10
    with refused(NotNow):
        draw.withdraw(by=other, now=draw.draws_at)
    assert list(faults()) == []


def test_withdrawing_on_the_page(client: Client, hood: Hood) -> None:
    draw = a_draw(hood, price=10)
    give(hood.resident, 10)
    client.force_login(hood.resident)
    with time_machine.travel(MONDAY, tick=False):
        client.post(f"/points/redemption/draws/{draw.number}/", {"sent": "1"})
        assert "不抽了" in client.get(f"/points/redemption/draws/{draw.number}/").content.decode()
        for _tap in range(2):
            client.post(f"/points/redemption/draws/{draw.number}/withdraw/")
        assert "您的号码" not in client.get(f"/points/redemption/draws/{draw.number}/").content.decode()
        assert draw.title not in client.get("/points/redemption/mine/").content.decode()
    assert balance(purse_of(hood.resident)) == 10


def test_what_a_draw_costs_and_for_whom_stays_as_announced(client: Client, hood: Hood) -> None:
    """People entered on these terms: neither the form nor any other writer changes them afterwards."""
    give(hood.resident, 10)
    draw = a_draw(hood, price=10, stock=2)
    draw.enter(by=hood.resident, now=MONDAY)
    client.force_login(hood.staff)
    address = f"/points/redemption/offers/{draw.offer_id}/edit/"
    assert "已有人报名抽签" in client.get(address).content.decode()
    sent = {"name": "电饭煲一只", "sort": "goods", "where": "东门", "words": "三升"}
    answer = client.post(address, {**sent, "price": 10, "per_person": 1, "stock": 1})
    assert (answer.status_code, "只能增加" in answer.content.decode()) == (422, True)
    terms = {"price": 20, "per_person": 5, "per_household": 1, "for_whom": ["elder"], "withdrawn": "on"}
    form = client.post(address, {**sent, **terms, "stock": 3}).context["form"]
    assert set(form.errors) == {"price", "per_person", "per_household", "for_whom"}
    assert client.post(address, {**sent, "price": 10, "per_person": 1, "stock": 3}).status_code == 302
    offer = draw.offer
    offer.refresh_from_db()
    assert (offer.name, offer.stock, offer.left) == ("电饭煲一只", 3, 3)
    assert (offer.price, offer.per_person, offer.per_household) == (10, 1, None)
    assert (offer.for_whom, offer.withdrawn) == ([], False)
    del terms["withdrawn"]
    for name, value in (*terms.items(), ("by_draw", False)):
        with refused(DatabaseError, "as announced"):
            type(offer).objects.filter(pk=offer.pk).update(**{name: value})
    offer.withdrawn = True
    with pytest.raises(ValidationError, match="取消抽签"):
        offer.full_clean()
    sweep(draw.draws_at)
    prize = Redemption.objects.get()
    prize.collect(by=hood.partner, now=draw.draws_at, code=prize.code)
    assert (prize.cost, balance(purse_of(hood.resident).of_kind("held"))) == (10, 0)
    assert list(faults()) == []


def test_a_prize_costs_what_its_entry_held(hood: Hood) -> None:
    give(hood.resident, 10)
    draw = a_draw(hood, price=10)
    entry = draw.enter(by=hood.resident, now=MONDAY)
    draw.offer.price = 25
    entry.decide(draw.offer, won=True, now=draw.draws_at)
    free = a_draw(hood, name="保温杯", price=0)
    guest = free.enter(by=hood.resident, now=MONDAY)
    free.offer.price = 25
    guest.decide(free.offer, won=True, now=free.draws_at)
    prizes = Redemption.objects.order_by("pk")
    assert [(prize.cost, prize.lines.get().price) for prize in prizes] == [(10, 10), (0, 0)]
    assert balance(purse_of(hood.resident).of_kind("held")) == 10


def test_what_is_called_off_leaves_the_shelf(hood: Hood) -> None:
    draw = a_draw(hood)
    draw.call_off(by=hood.staff, now=MONDAY, note="单位撤了")
    draw.offer.refresh_from_db()
    assert draw.offer.withdrawn


def test_before_anybody_enters_a_slip_can_be_mended(client: Client, hood: Hood) -> None:
    draw = a_draw(hood, price=100)
    client.force_login(hood.staff)
    facts = {"name": "电饭煲", "sort": "goods", "where": "东门", "stock": 1, "per_person": 1, "price": 10}
    address = f"/points/redemption/offers/{draw.offer_id}/edit/"
    form = client.get(address).context["form"]
    assert client.post(address, facts).status_code == 302
    draw.offer.refresh_from_db()
    assert (draw.offer.price, draw.offer.stock, draw.offer.left) == (10, 1, 1)
    give(hood.resident, 10)
    draw.enter(by=hood.resident, now=MONDAY)
    # The form was open when somebody entered.
    form.data, form.is_bound = facts | {"price": 11}, True
    assert form.is_valid()
    with pytest.raises(ValidationError, match="不能再改"):
        form.keep(by=hood.staff, now=MONDAY)
    draw.withdraw(by=hood.resident, now=MONDAY)
    assert client.post(address, facts | {"price": 20}).status_code == 302
