"""Whatever people do with a fund's money, a few dictionaries say where it must stand."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import settings
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

from community.core.workflow import MoveError
from points.fund.accounts import standings
from points.models import Donation, Line, Month, Project, Spending
from tests.fund_specimens import a_gift, a_project
from tests.neighbourhood import build_town
from tests.points.fund.books import RECEIPT, a_rule, pot, sum_of_everything, third
from tests.specimens import MONDAY

AMOUNTS = st.integers(1, 5_000)
NAMES = st.sampled_from(["饭", "书"])


class FundMachine(RuleBasedStateMachine):
    """``free``, ``held`` and ``spent`` by name of project are the whole model; half of every gift is matched."""

    gifts = Bundle("gifts")
    asked = Bundle("asked")
    paid = Bundle("paid")

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.hood = build_town().ours
        self.third = third(self.hood)
        self.now = MONDAY
        self.projects = {name: a_project(self.hood, name=name, budget=8_000) for name in ("饭", "书")}
        self.projects["池"] = pot(self.projects["饭"], "matching")
        self.free: dict[str, int] = defaultdict(int)
        self.held: dict[str, int] = defaultdict(int)
        self.spent: dict[str, int] = defaultdict(int)
        a_rule(self.hood, percent=50, cap=4_000)
        self.given = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    def give(self, name: str, amount: int) -> Donation:
        return a_gift(self.hood, amount, project=self.projects[name], now=self.now, day=self.now.date())

    @rule(target=gifts, name=NAMES, amount=AMOUNTS)
    def donate(self, name: str, amount: int) -> Any:
        match = min(amount // 2, 4_000 - self.given, self.free["池"])
        gift = self.give(name, amount)
        assert gift.match == match
        self.free[name] += amount + match
        self.free["池"] -= match
        self.given += match
        return gift, name, amount, match

    @rule(amount=AMOUNTS)
    def fill_the_pool(self, amount: int) -> None:
        self.give("池", amount)
        self.free["池"] += amount

    @rule(gift=consumes(gifts))
    def reverse_gift(self, gift: tuple[Donation, str, int, int]) -> None:
        donation, name, amount, match = gift
        if self.free[name] < amount + match:
            with pytest.raises(MoveError), transaction.atomic():
                donation.reverse(by=self.hood.secretary, now=self.now, note="错")
            return
        donation.reverse(by=self.hood.secretary, now=self.now, note="错")
        self.free[name] -= amount + match
        self.free["池"] += match
        self.given -= match

    @rule(target=asked, name=NAMES, amount=AMOUNTS)
    def request(self, name: str, amount: int) -> Any:
        facts: dict[str, Any] = {"title": "买", "payee": "店", "note": "用", "now": self.now}
        room = min(self.free[name], 8_000 - self.held[name] - self.spent[name])
        ask = lambda: Spending.request(by=self.hood.staff, project=self.projects[name], amount=amount, **facts)  # noqa: E731
        if amount > room:
            with pytest.raises(ValidationError), transaction.atomic():
                ask()
            return multiple()
        spending = ask()
        self.free[name] -= amount
        self.held[name] += amount
        return spending, name, amount

    @rule(target=paid, case=consumes(asked), share=st.integers(1, 100))
    def approve_and_pay(self, case: tuple[Spending, str, int], share: int) -> Any:
        spending, name, amount = case
        really = max(1, amount * share // 100)
        for user in (self.hood.staff, self.hood.resident):
            with pytest.raises(MoveError), transaction.atomic():
                spending.review(by=user, now=self.now)
        spending.review(by=self.hood.secretary, now=self.now)
        spending.approve(by=self.third, now=self.now)
        day = self.now.date()
        spending.pay(by=self.hood.staff, now=self.now, amount=really, day=day, via="cash", photos=[RECEIPT])
        self.held[name] -= amount
        self.spent[name] += really
        self.free[name] += amount - really
        return spending, name, really

    @rule(case=consumes(asked), how=st.sampled_from(["refuse", "cancel"]))
    def let_go(self, case: tuple[Spending, str, int], how: str) -> None:
        spending, name, amount = case
        by = self.hood.secretary if how == "refuse" else self.hood.staff
        getattr(spending, how)(by=by, now=self.now, note="不买了")
        self.held[name] -= amount
        self.free[name] += amount

    @rule(case=consumes(paid))
    def reverse_payment(self, case: tuple[Spending, str, int]) -> None:
        spending, name, really = case
        spending.reverse(by=self.hood.secretary, now=self.now, note="付错")
        self.spent[name] -= really
        self.free[name] += really

    @rule()
    def close_the_month(self) -> None:
        """Time goes on a month; what had entries is closed, and takes nothing more."""
        self.now += timedelta(days=31)
        for month in Month.objects.filter(closed_at=None, first_day__lt=self.now.date().replace(day=1)).order_by(
            "first_day"
        ):
            month.propose(by=self.hood.staff, now=self.now)
            month.close(by=self.hood.secretary, now=self.now)
            with pytest.raises(MoveError), transaction.atomic():
                a_gift(self.hood, 5, now=self.now, day=month.first_day)
            carried = {row.project_id: row.closing for row in month.balances.all()}
        if not Month.objects.filter(closed_at=None).exists() and Month.objects.exists():
            last = Month.objects.all()[0]
            carried = {row.project_id: row.closing for row in last.balances.all()}
            for name, project in self.projects.items():
                assert carried.get(project.pk, 0) == self.free[name] + self.held[name]

    @invariant()
    def the_books_say_what_the_model_says(self) -> None:
        connection.check_constraints()
        found = {row.project.name: row for row in standings(self.hood.community.pk)}
        for name, project in self.projects.items():
            row = found[project.name]
            assert (row.free, row.held, row.spent) == (self.free[name], self.held[name], self.spent[name])
            assert min(row.free, row.held, row.spent) >= 0
            committed = Project.objects.get(pk=project.pk).committed
            assert committed == (self.held[name] + self.spent[name] if name != "池" else 0)
        assert sum_of_everything() == 0
        assert sum(Line.objects.values_list("amount", flat=True)) == 0


@pytest.mark.django_db
def test_any_course_of_a_funds_money_keeps_its_books() -> None:
    run_state_machine_as_test(FundMachine, settings=settings(max_examples=12, stateful_step_count=20))
