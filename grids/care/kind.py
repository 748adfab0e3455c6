"""How “五个一” shows itself on the shared case page and in the API: promised and done."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.access.masking import mask_name, mask_phone
from community.cases.registry import Kind, Stage, never
from community.duties.models import Occurrence
from grids.care.forms import MOVE_FORMS
from grids.care.hands import spans_of
from grids.care.models import CarePlan, facts_of
from grids.care.promised import promises_of
from grids.care.workflow import is_elder

if TYPE_CHECKING:
    from community.directory.models import User

S = CarePlan.Status


def context(care: CarePlan, user: "User") -> dict[str, Any]:
    """Names are masked (``elder`` is the page's own word for 长辈版); whoever is to call sees the number on the day's list."""
    own = is_elder(user, care)
    lately = Occurrence.objects.filter(plan__care_line__care=care, ended_at__isnull=False)
    return {
        "own": own,
        "elder_name": care.person.name if own else mask_name(care.person.name),
        "phone": "" if own else mask_phone(care.person.phone),
        "family": mask_phone(care.family_phone) if care.family_phone and not own else "",
        "promises": promises_of(care),
        "spans": [] if own else spans_of(care),
        "lately": list(lately.select_related("plan", "assignee").order_by("-ended_at", "-pk")[:10]),
        "visits_there": care.may_call(user),
    }


KIND = Kind(
    model=CarePlan,
    label=_("五个一助老"),
    icon="heart-handshake",
    facts="grids/care/_facts.html",
    journey=(
        Stage(_("建立"), frozenset()),
        Stage(_("进行中"), frozenset({S.ACTIVE, S.RESTING})),
        Stage(_("结束"), frozenset({S.ENDED})),
    ),
    list_url="home",
    forms=MOVE_FORMS,
    context=context,
    facts_of=facts_of,
    followed_up=never,
    state_tones={S.ACTIVE: "ontime", S.RESTING: "paused", S.ENDED: "done"},
)
