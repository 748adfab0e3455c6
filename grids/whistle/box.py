"""The whistle on the page of the case it is blown on."""

from typing import TYPE_CHECKING, Any

from community.cases.boxes import Box
from community.cases.shown import is_staff_of
from community.core.perms import Perm
from community.core.rules import holds
from grids.whistle.models import WHISTLED, calls_of

if TYPE_CHECKING:
    from community.core.models import Case
    from community.directory.models import User


def context(case: "Case", user: "User") -> dict[str, Any] | None:
    """Its calls, to staff; the button to those who may blow."""
    if case.kind not in WHISTLED or not is_staff_of(user, case):
        return None
    may_blow = case.is_open and holds(Perm.DISPATCH_INCIDENTS)(user, case)
    calls = list(calls_of([case.pk]).order_by("pk"))
    return {"calls": calls, "may_blow": may_blow} if calls or may_blow else None


BOX = Box("grids/whistle/_box.html", context)
