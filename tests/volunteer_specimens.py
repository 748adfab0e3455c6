"""A team, its activities and their hours, made through their own doors."""

from datetime import date, timedelta
from typing import Any

from points.models import Activity, Correction, Team, TeamKind, TeamMember
from tests.moments import MONDAY
from tests.neighbourhood import Hood


def a_team(hood: Hood, **more: Any) -> Team:
    """Led by the volunteer; the neighbour is in it, named by family name. Whoever likes may join."""
    facts: dict[str, Any] = {
        "by": hood.staff, "community": hood.community, "name": "和睦志愿服务先锋团", "leader": hood.volunteer,
        "kind": TeamKind.objects.get(code="pioneers"), "purpose": "帮老邻居跑腿，清楼道。", "insurance": "社区统一投保意外险",
        "insured_until": date(2026, 12, 31), "now": MONDAY,
    }  # fmt: skip
    team = Team.found(**(facts | more))
    TeamMember.join(team, by=hood.neighbour, name_as="family", now=MONDAY)
    return team


def an_activity(hood: Hood, **more: Any) -> Activity:
    """Two hours on the next morning, for ten; the volunteer organises."""
    nine = MONDAY.replace(day=3, hour=9, minute=0)
    facts: dict[str, Any] = {
        "by": hood.volunteer, "title": "清理楼道", "place": "3号楼前", "starts_at": nine, "ends_at": nine + timedelta(hours=2),
        "needed": 10, "now": MONDAY,
    }  # fmt: skip
    team = more.pop("team", None) or Team.objects.filter(community=hood.community).first() or a_team(hood)
    return Activity.announce(**(facts | {"team": team} | more))


def a_busy_activity(hood: Hood, **more: Any) -> Activity:
    """Soon to begin: the party member is expected; the neighbour is there already, with an hour written down."""
    now = more.pop("now", MONDAY)
    starts = now + timedelta(minutes=10)
    facts: dict[str, Any] = {"starts_at": starts, "ends_at": starts + timedelta(hours=3), "now": now}
    activity = an_activity(hood, **(facts | more))
    for user in (hood.party_member, hood.neighbour):
        activity.sign_up(by=user, now=now)
    activity.tick(by=hood.volunteer, people=[hood.neighbour], now=now)
    activity.sign_ups.filter(user=hood.neighbour).update(proposed=60)
    return activity


def a_served_activity(hood: Hood, **more: Any) -> Activity:
    """The neighbour and the resident were there; the volunteer reported two hours and one, the staff confirmed."""
    activity = an_activity(hood, **more)
    for user in (hood.neighbour, hood.resident):
        activity.sign_up(by=user, now=activity.raised_at)
    activity.begin(by=None, now=activity.starts_at)
    activity.tick(by=hood.volunteer, people=[hood.neighbour, hood.resident], now=activity.starts_at)
    activity.end(by=None, now=activity.ends_at)
    hours = {hood.neighbour.pk: 120, hood.resident.pk: 60}
    activity.propose(by=hood.volunteer, hours=hours, now=activity.ends_at)
    return activity.confirm(by=hood.staff, now=activity.ends_at + timedelta(hours=1))


def an_hours_correction(hood: Hood, **more: Any) -> Correction:
    """The neighbour was there for an hour only, says the volunteer who organised it."""
    row = a_served_activity(hood).sign_ups.get(user=hood.neighbour)
    facts: dict[str, Any] = {"by": hood.volunteer, "sign_up": row, "minutes": 60, "note": "十点就走了", "now": MONDAY}
    facts["now"] += timedelta(days=2)
    return Correction.ask(**(facts | more))
