"""Shorthand for tests of the fund's books."""

from typing import Any

from community.core.photos import CleanPhoto
from community.directory.models import User
from points.fund.purses import balance, budget, spent
from points.models import Account, MatchRule, Project, Spending
from tests.fund_specimens import a_gift
from tests.neighbourhood import Hood, account
from tests.specimens import MONDAY

RECEIPT = CleanPhoto(full=b"full", thumbnail=b"thumb", width=4, height=3, sha256="0" * 64)


def free(project: Project) -> int:
    return balance(budget(project))


def gone(project: Project) -> int:
    return balance(spent(project))


def held(project: Project) -> int:
    return balance(budget(project).of_kind("held"))


def sum_of_everything() -> int:
    return sum(Account.objects.values_list("balance", flat=True))


def pot(project: Project, sort: str) -> Project:
    return Project.objects.pot(project.community_id, sort)


def third(hood: Hood) -> User:
    """The residents' own supervisor: approves, keeps no books."""
    return account(hood.community, "supervisor", hood.community)


def fill_pool(hood: Hood, project: Project, amount: int) -> None:
    a_gift(hood, amount, project=pot(project, "matching"), source="unit", donor_name="区慈善会", name_as="full")


def a_rule(hood: Hood, project: Project | None = None, **more: Any) -> MatchRule:
    facts: dict[str, Any] = {
        "by": hood.secretary, "community": hood.community, "project": project, "name": "一比一配捐", "percent": 100,
        "income": ["donation", "fair"], "cap": 100_000, "begins_on": MONDAY.date(),
    }  # fmt: skip
    return MatchRule.lay_down(**(facts | more))


def paid(spending: Spending, hood: Hood, amount: int | None = None, **more: Any) -> Spending:
    """Through both approvals to the till."""
    at = more.pop("now", MONDAY)
    spending.review(by=hood.secretary, now=at)
    spending.approve(by=third(hood), now=at)
    facts: dict[str, Any] = {
        "amount": amount or spending.amount,
        "day": at.date(),
        "via": "bank",
        "photos": [RECEIPT],
    }
    return spending.pay(by=hood.staff, now=at, **(facts | more))
