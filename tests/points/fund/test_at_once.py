"""Many with the fund at the same moment, each on a connection of their own: nothing overspent, nothing given twice."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Sum

from community.core.workflow import MoveError
from points.fund.accounts import balances_of
from points.models import Donation, MatchRule, Month, Project, Spending, Voucher
from points.verification import faults
from tests.fund_specimens import a_gift, a_project
from tests.neighbourhood import Hood, Town
from tests.points.fund.books import RECEIPT, a_rule, fill_pool, free, gone, held, pot, sum_of_everything, third
from tests.points.test_ledger_at_once import THREADS, at_once
from tests.specimens import MONDAY

pytestmark = pytest.mark.django_db(transaction=True)


def tried(work: Callable[[], object]) -> bool:
    """Whether it was done; a refusal in words is an answer, anything else a fault."""
    try:
        work()
    except (MoveError, ValidationError):
        return False
    return True


def test_gifts_at_once_are_matched_up_to_the_cap_and_no_further(town: Town) -> None:
    hood, project = town.ours, a_project(town.ours)
    fill_pool(hood, project, 25_000)
    rule = a_rule(hood, cap=20_000)
    word = Donation.pledge(by=hood.resident, project=project, amount=4_000, now=MONDAY)

    def give(number: int) -> bool:
        a_gift(hood, 3_000, project=Project.objects.get(pk=project.pk), by=[hood.staff, hood.secretary][number % 2])
        facts = {"amount": 4_000, "day": MONDAY.date(), "via": "bank", "now": MONDAY}
        return tried(lambda: Donation.objects.get(pk=word.pk).receive(by=hood.staff, **facts))

    assert at_once(give).count(True) == 1  # the one pledge arrives once
    rule.refresh_from_db()
    came = THREADS * 3_000 + 4_000
    assert (rule.given, free(pot(project, "matching")), free(project)) == (20_000, 5_000, came + 20_000)
    assert Donation.objects.aggregate(all=Sum("match"))["all"] == 20_000
    assert Voucher.objects.filter(sort="match").aggregate(all=Sum("amount"))["all"] == 20_000
    assert (sum_of_everything(), list(faults())) == (0, [])


def test_requests_approvals_and_payments_at_once_spend_no_yuan_twice(town: Town) -> None:
    hood, project = town.ours, a_project(town.ours, budget=10_000)
    supervisor = third(hood)
    a_gift(hood, 50_000, project=project)
    facts: dict[str, Any] = {"title": "助餐", "payee": "食堂", "note": "本周", "now": MONDAY}

    def ask(number: int) -> bool:
        asked = Project.objects.get(pk=project.pk)
        return tried(lambda: Spending.request(by=hood.staff, project=asked, amount=3_000, **facts))

    assert at_once(ask).count(True) == 3  # three times 30 yuan fit the budget of 100
    made = list(Spending.objects.order_by("pk").values_list("pk", flat=True))
    clerks = [hood.secretary, supervisor]

    def approve(number: int) -> int:
        done = 0
        for pk in made:
            for move in ("review", "approve"):
                row = Spending.objects.get(pk=pk)
                done += tried(partial(getattr(row, move), by=clerks[number % 2], now=MONDAY))
        return done

    assert sum(at_once(approve)) == 6
    assert all(row.first_by_id != row.second_by_id for row in Spending.objects.all())
    more = {"amount": 2_900, "day": MONDAY.date(), "via": "cash", "now": MONDAY}

    def pay(number: int) -> int:
        keeper = [hood.staff, hood.secretary][number % 2]
        rows = [Spending.objects.get(pk=pk) for pk in made]
        return sum(tried(partial(row.pay, by=keeper, photos=[RECEIPT], **more)) for row in rows)

    assert sum(at_once(pay)) == 3
    project.refresh_from_db()
    assert (free(project), held(project), gone(project), project.committed) == (41_300, 0, 8_700, 8_700)
    assert (sum_of_everything(), list(faults())) == (0, [])


def late_gift(hood: Hood, day: date) -> bool:
    later = MONDAY.replace(month=4, day=2)
    return tried(lambda: a_gift(hood, 1_000, project=Project.objects.get(name="老年助餐"), day=day, now=later))


def test_a_month_closes_with_every_gift_that_came_in_time_and_takes_none_after(town: Town) -> None:
    hood, last, later = town.ours, date(2026, 3, 31), MONDAY.replace(month=4, day=2)
    project = a_project(hood)
    a_gift(hood, 5_000, project=project)
    month = Month.objects.get()
    booked: list[bool] = []

    def work(number: int) -> None:
        if number:
            booked.extend(late_gift(hood, last) for _nth in range(3))
            return
        while not month.is_closed:  # a gift between the two people sends them back to the first
            tried(lambda: Month.objects.get().propose(by=hood.staff, now=later))
            tried(lambda: Month.objects.get().close(by=hood.secretary, now=later + timedelta(minutes=1)))
            month.refresh_from_db()

    at_once(work)
    kept = month.balances.get(project=project)
    assert kept.came == 5_000 + 1_000 * booked.count(True) == free(project)
    assert [(row.came, row.went) for row in balances_of(month)] == [(kept.came, kept.went)]
    assert month.vouchers.count() == 1 + booked.count(True)
    assert not late_gift(hood, last)
    assert (sum_of_everything(), list(faults())) == (0, [])


def test_a_project_that_is_ended_while_it_is_paid_from_pays_before_or_not_at_all(town: Town) -> None:
    hood, project = town.ours, a_project(town.ours)
    a_gift(hood, 50_000, project=project)
    general = pot(project, "general")
    asked = [
        Spending.request(by=hood.staff, project=project, amount=1_000, title="买", payee="店", note="用", now=MONDAY)
        for _nth in range(THREADS - 1)
    ]
    clerk = third(hood)
    for spending in asked:
        spending.review(by=hood.secretary, now=MONDAY)
        spending.approve(by=clerk, now=MONDAY)
    facts = {"amount": 1_000, "day": MONDAY.date(), "via": "cash", "now": MONDAY}

    def work(number: int) -> bool:
        if number == 0:
            return tried(lambda: Project.objects.get(pk=project.pk).close(by=hood.secretary, now=MONDAY))
        return tried(lambda: asked[number - 1].pay(by=hood.staff, photos=[RECEIPT], **facts))

    done, *payments = at_once(work)
    paid = payments.count(True)
    assert done
    assert (gone(project), held(project)) == (1_000 * paid, 1_000 * (len(asked) - paid))
    assert (free(project), free(general)) == (0, 50_000 - 1_000 * len(asked))
    ended = Voucher.objects.get(sort="transfer", project=general)
    assert not Voucher.objects.filter(sort="spending", pk__gt=ended.pk).exists()
    assert MatchRule.objects.count() == 0
    assert (sum_of_everything(), list(faults())) == (0, [])
