"""A community about to be divided, and points for a whole group."""

from typing import Any

from community.directory.models import Community, User
from points import ledger
from points.models import Division, Grant, issuance, member
from tests.moments import MONDAY
from tests.neighbourhood import Hood


def a_new_community(hood: Hood) -> Community:
    code = f"{hood.community.code[:9]}9{hood.community.code[-2:]}"
    facts = {"street": hood.community.street, "name": f"{hood.community}新区"}
    return Community.objects.get_or_create(code=code, defaults=facts)[0]


def a_mover(hood: Hood, points: int = 7, name: str = "赵明", asset: str = "points") -> User:
    """Somebody of the new community who left something in the old one."""
    target = a_new_community(hood)
    mover, _new = User.objects.get_or_create(
        username=f"{name}-{hood.community.pk}", defaults={"name": name, "community": target}
    )
    entries = [(issuance(hood.community.pk, asset), -points), (member(mover, hood.community.pk, asset), points)]
    ledger.post(entries, key=f"left:{mover.pk}:{asset}", source=ledger.Source("测试"), now=MONDAY)
    return mover


def a_division(hood: Hood, **more: Any) -> Division:
    """Proposed by the staff; the secretary is to decide."""
    if "target" not in more:
        a_mover(hood)
    facts: dict[str, Any] = {
        "by": hood.staff, "community": hood.community, "target": a_new_community(hood), "note": "街道批复：一分为二",
        "now": MONDAY,
    }  # fmt: skip
    return Division.propose(**(facts | more))


def a_grant(hood: Hood, **more: Any) -> Grant:
    """Proposed by the staff for all Party members; the secretary is to decide."""
    facts: dict[str, Any] = {
        "by": hood.staff, "community": hood.community, "group": "party_member", "amount": 60, "words": "党员年度基础分",
        "note": "按积分制度，年初每人 60 分", "now": MONDAY,
    }  # fmt: skip
    return Grant.propose(**(facts | more))
