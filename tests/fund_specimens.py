"""What happens in a hood's public-welfare fund, made through its own doors."""

from typing import Any

from community.duties.models import Plan
from community.duties.planning import lay_out
from points.models import Donation, Fair, Fund, MonthClosing, Project, Spending
from tests.moments import MONDAY
from tests.neighbourhood import Hood


def a_project(hood: Hood, **more: Any) -> Project:
    """With a budget of 10,000 yuan, in a fund that is opened with it."""
    Fund.open_up(by=hood.secretary, community=hood.community, now=MONDAY)
    facts: dict[str, Any] = {"name": "老年助餐", "budget": 1_000_000}
    known = Project.objects.filter(community=hood.community, name=(facts | more)["name"]).first()
    return known or Project.open_up(by=hood.staff, community=hood.community, now=MONDAY, **(facts | more))


def a_donation(hood: Hood, **more: Any) -> Donation:
    """The resident's word for 200 yuan; it has not come yet."""
    project = more.pop("project", None) or a_project(hood)
    facts: dict[str, Any] = {"by": hood.resident, "project": project, "amount": 20_000, "name_as": "family"}
    return Donation.pledge(**(facts | {"now": MONDAY} | more))


def a_gift(hood: Hood, amount: int, **more: Any) -> Donation:
    """Money on the table, entered by the staff."""
    facts: dict[str, Any] = {
        "by": hood.staff, "community": hood.community, "source": "person", "donor_name": "王建国", "name_as": "family",
        "amount": amount, "via": "cash", "day": MONDAY.date(), "now": MONDAY,
    }  # fmt: skip
    facts["project"] = more.pop("project", None) or a_project(hood)
    return Donation.enter(**(facts | more))


def a_spending(hood: Hood, **more: Any) -> Spending:
    """100 yuan out of 500 that somebody gave; the staff asks."""
    project = more.pop("project", None) or a_project(hood)
    a_gift(hood, 50_000, project=project)
    facts: dict[str, Any] = {
        "by": hood.staff, "project": project, "amount": 10_000, "title": "十月助餐补贴", "payee": "东门食堂",
        "note": "三十位老人，每餐补七元。", "now": MONDAY,
    }  # fmt: skip
    return Spending.request(**(facts | more))


def a_fair(hood: Hood, **more: Any) -> Fair:
    """With one stall, which the staff entered."""
    project = more.pop("project", None) or a_project(hood)
    facts: dict[str, Any] = {
        "by": hood.staff, "community": hood.community, "title": "三月跳蚤市场", "sort": "flea", "day": MONDAY.date(),
        "project": project, "now": MONDAY,
    }  # fmt: skip
    fair = Fair.plan(**(facts | more))
    fair.take(by=hood.staff, stall="旧书摊", amount=8_800, now=MONDAY)
    return fair


def a_closing(hood: Hood) -> MonthClosing:
    """The duty to close February, laid out on a Monday, the second of March."""
    project = a_project(hood)
    plan = Plan.objects.get(kind="month_closing", community=project.community)
    Plan.objects.filter(pk=plan.pk).update(starts_on=MONDAY.date().replace(day=1))
    lay_out([plan], MONDAY)
    return MonthClosing.objects.get(plan=plan)
