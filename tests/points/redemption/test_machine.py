"""Redemption against a plain model: whatever people, partners and clocks do, stock and points say the same."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from community.core.workflow import NotNow
from points.ledger import NotEnough
from points.models import Account, CartLine, Redemption
from points.redemption.cart import Refused, check_out
from points.redemption.redemption import spent
from points.verification import faults
from tests.neighbourhood import Hood
from tests.points.purses import balance, give, purse_of
from tests.specimens import MONDAY, an_offer

WHO, WHAT = st.integers(0, 2), st.integers(0, 1)
STOCK, PRICE, MOST = (4, 3), (7, 12), (3, 2)  # of each of the two offers: how many, for how much, how many a person
AFTER = MONDAY + timedelta(days=60)


class Redeeming(RuleBasedStateMachine):
    """``left``, ``gone``, ``free`` and ``held`` as one would keep them on paper; ``taken`` of whom, of what, how many."""

    hood: Hood
    orders = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        hood = self.hood
        self.people = [hood.resident, hood.neighbour, hood.party_member]
        self.offers = [
            an_offer(hood, name=f"第{n}样", stock=STOCK[n], price=PRICE[n], per_person=MOST[n]) for n in (0, 1)
        ]
        self.left, self.gone = list(STOCK), [0, 0]
        self.free, self.held, self.spent = [30, 30, 30], [0, 0, 0], 0
        self.taken = [[0, 0] for _who in self.people]
        self.carts: list[dict[int, int]] = [{} for _who in self.people]
        for user in self.people:
            give(user, 30)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    @rule(who=WHO, points=st.integers(1, 40))
    def earn(self, who: int, points: int) -> None:
        give(self.people[who], points)
        self.free[who] += points

    def may(self, who: int, what: int, quantity: int) -> bool:
        return quantity <= self.left[what] and self.taken[who][what] + quantity <= MOST[what]

    @rule(who=WHO, what=WHAT, quantity=st.integers(0, 4))
    def put(self, who: int, what: int, quantity: int) -> None:
        offer = self.offers[what]
        offer.refresh_from_db()
        try:
            CartLine.put(offer, quantity, by=self.people[who], now=MONDAY)
        except Refused:
            assert quantity
            assert not self.may(who, what, quantity)
            return
        self.carts[who].pop(what, None)
        if quantity:
            assert self.may(who, what, quantity)
            self.carts[who][what] = quantity

    @rule(target=orders, who=WHO, what=WHAT, quantity=st.integers(1, 2))
    def redeem(self, who: int, what: int, quantity: int) -> Any:
        """With what was in the cart already, and something more."""
        self.put(who, what, quantity)
        cart, key = self.carts[who], uuid4()
        cost = sum(PRICE[what] * quantity for what, quantity in cart.items())
        allowed = bool(cart) and all(self.may(who, what, quantity) for what, quantity in cart.items())
        try:
            [made] = self.out(who, key)
        except Refused:
            assert not allowed
            return multiple()
        except NotEnough:
            assert allowed
            assert cost > self.free[who]
            return multiple()
        assert allowed
        assert cost <= self.free[who]
        assert self.out(who, key) == [made]  # a second tap
        self.carts[who] = {}
        self.count(who, cart, -1)
        self.free[who] -= cost
        self.held[who] += cost
        return made, who, cart, cost

    def out(self, who: int, key: UUID) -> list[Redemption]:
        with transaction.atomic():
            return check_out(by=self.people[who], key=key, now=MONDAY)

    def count(self, who: int, cart: dict[int, int], sign: int) -> None:
        for what, quantity in cart.items():
            self.left[what] += sign * quantity
            self.taken[who][what] -= sign * quantity

    @rule(order=consumes(orders))
    def collect(self, order: tuple[Redemption, int, dict[int, int], int]) -> None:
        made, who, cart, cost = order
        made.collect(by=self.hood.partner, now=MONDAY, code=made.code)
        for what, quantity in cart.items():
            self.gone[what] += quantity
        self.held[who] -= cost
        self.spent += cost
        self.refuse_second_answer(made)

    @rule(order=consumes(orders), how=st.sampled_from(["lapse", "cancel", "decline"]))
    def give_back(self, order: tuple[Redemption, int, dict[int, int], int], how: str) -> None:
        made, who, cart, cost = order
        by = {"cancel": self.people[who], "decline": self.hood.partner, "lapse": None}[how]
        getattr(made, how)(by=by, now=AFTER if how == "lapse" else MONDAY, note="说明")
        self.count(who, cart, 1)
        self.held[who] -= cost
        self.free[who] += cost
        self.refuse_second_answer(made)

    def refuse_second_answer(self, made: Redemption) -> None:
        with pytest.raises(NotNow), transaction.atomic():
            made.collect(by=self.hood.partner, now=MONDAY, code=made.code)
        with pytest.raises(NotNow), transaction.atomic():
            made.lapse(by=None, now=AFTER)

    @invariant()
    def stock_and_points_agree(self) -> None:
        for offer in self.offers:
            offer.refresh_from_db()
        assert [(offer.left, offer.collected) for offer in self.offers] == list(zip(self.left, self.gone, strict=True))
        purses = [purse_of(user) for user in self.people]
        assert [balance(purse) for purse in purses] == self.free
        assert [balance(purse.of_kind("held")) for purse in purses] == self.held
        assert balance(spent(self.hood.community.pk)) == self.spent

    @invariant()
    def the_books_hold(self) -> None:
        connection.check_constraints()
        assert sum(Account.objects.values_list("balance", flat=True)) == 0
        assert list(faults()) == []


@pytest.mark.django_db
def test_stock_and_points_hold_in_any_order(hood: Hood) -> None:
    Redeeming.hood = hood
    run_state_machine_as_test(
        Redeeming,
        settings=settings(
            max_examples=5, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
