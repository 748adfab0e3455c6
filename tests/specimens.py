"""One matter of every kind in a hood, made through the kinds' own doors. A new kind of case or duty adds its line."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from community.core.models import Moving
from community.duties.models import Plan
from community.duties.planning import plan_ahead
from grids.models import Category, Incident, JoinRequest, Patrol
from tests.neighbourhood import Hood
from wishes.models import Wish

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=SHANGHAI)  # an ordinary working day, in office hours


def a_wish(hood: Hood, **more: Any) -> Wish:
    facts: dict[str, Any] = {
        "by": hood.resident, "community": hood.community, "title": "想有人陪我复查眼睛", "description": "孩子在外地。",
        "building": hood.building, "dwelling": hood.dwelling, "contact_phone": "19912345678", "now": MONDAY,
    }  # fmt: skip
    return Wish.submit(**(facts | more))


def an_incident(hood: Hood, **more: Any) -> Incident:
    facts: dict[str, Any] = {
        "by": hood.resident, "community": hood.community, "building": hood.building, "now": MONDAY,
        "category": Category.objects.get(code="06010", variant=""), "description": "单元门口堆了垃圾。",
    }  # fmt: skip
    return Incident.report(**(facts | more))


def a_joining(hood: Hood, **more: Any) -> JoinRequest:
    facts: dict[str, Any] = {"by": hood.neighbour, "dwelling": hood.dwelling, "now": MONDAY}
    return JoinRequest.request(**(facts | more))


def a_patrol(hood: Hood) -> Patrol:
    Plan.objects.create(
        kind="patrol", community=hood.community, grid=hood.grid, assignee=hood.worker, title="日常巡查",
        starts_on=MONDAY.date(),
    )  # fmt: skip
    plan_ahead(MONDAY, days=1)
    return Patrol.objects.get(plan__grid=hood.grid, day=MONDAY.date())


MAKERS: dict[str, Callable[[Hood], Moving]] = {
    "wish": a_wish,
    "incident": an_incident,
    "joining": a_joining,
    "patrol": a_patrol,
}


def specimen(kind: str, hood: Hood) -> Moving:
    """A fresh matter of this kind. Raises LookupError, saying where to add what is missing."""
    if kind not in MAKERS:
        raise LookupError(f"no specimen of kind {kind!r}: add a line to MAKERS in tests/specimens.py")
    return MAKERS[kind](hood)
