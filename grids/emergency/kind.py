"""How an emergency shows itself on the shared case page."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.cases.registry import Kind, Stage
from grids.emergency.forms import MOVE_FORMS
from grids.emergency.models import Emergency
from grids.emergency.street.models import commanded
from grids.emergency.workflow import commands

if TYPE_CHECKING:
    from community.directory.models import User

S = Emergency.Status


def context(emergency: Emergency, user: "User") -> dict[str, Any]:
    counts = emergency.calls.counts() if emergency.is_open else emergency.outcome
    return {
        "counts": counts,
        "commands": commands(user, emergency),
        "call": emergency.calls.filter(user=user).first(),
        "whole": emergency.whole,
        "leads_street": bool(commanded(user)),
        "area": list(emergency.area.select_related("estate")),
    }


KIND = Kind(
    model=Emergency,
    label=_("应急响应"),
    icon="alarm",
    facts="grids/emergency/_facts.html",
    journey=(Stage(_("响应"), frozenset({S.ACTIVE})), Stage(_("解除"), frozenset({S.STOOD_DOWN}))),
    list_url="emergency:all",
    forms=MOVE_FORMS,
    context=context,
    facts_of=lambda emergency, user: {"sort": emergency.sort, "drill": emergency.drill, "outcome": emergency.outcome},
    state_tones={S.ACTIVE: "overdue", S.STOOD_DOWN: "done"},
)
