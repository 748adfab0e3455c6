"""How a call shows itself on the shared case page and in the API."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.cases.registry import Kind, Stage, never
from community.cases.shown import is_staff_of
from grids.whistle.forms import MOVE_FORMS
from grids.whistle.models import WhistleCall, calls_of
from grids.whistle.workflow import TONES, Status

if TYPE_CHECKING:
    from community.directory.models import User


def context(call: WhistleCall, user: "User") -> dict[str, Any]:
    """What the department needs of the case: what and where; whoever raised it stays out of it."""
    case = call.whistle.case.concrete
    return {
        "matter": case,
        "place": getattr(case, "where", "") or str(case.building or ""),
        "words": getattr(case, "description", "") or getattr(case, "content", ""),
        "sees_matter": is_staff_of(user, case),
        "others": [other for other in calls_of([case.pk]).order_by("pk") if other.pk != call.pk],
        "notes": case.timeline.filter(verb__in=("whistle.remark", "whistle.finish")).select_related("actor"),
    }


KIND = Kind(
    model=WhistleCall,
    label=_("吹哨报到"),
    icon="bell-ringing",
    facts="grids/whistle/_facts.html",
    journey=(
        Stage(_("吹哨"), frozenset()),
        Stage(_("报到"), frozenset({Status.CALLED})),
        Stage(_("办理"), frozenset({Status.PRESENT})),
        Stage(_("完成"), frozenset({Status.DONE})),
    ),
    list_url="grids:whistle-inbox",
    forms=MOVE_FORMS,
    context=context,
    facts_of=lambda call, user: {
        "department": str(call.department),
        "asked": call.asked,
        "report_due_at": call.report_due_at,
    },
    state_tones={str(state): tone for state, tone in TONES.items()},
    followed_up=never,
)
