"""How a mediation file shows itself on the shared case page."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.cases.registry import Kind, Stage, never
from grids.mediation.forms import MOVE_FORMS
from grids.mediation.models import Mediation
from grids.mediation.workflow import TONES

if TYPE_CHECKING:
    from community.directory.models import User

S = Mediation.Status


def context(mediation: Mediation, user: "User") -> dict[str, Any]:
    return {
        "parties": list(mediation.parties.all()),
        "meetings": list(mediation.meetings.select_related("written_by")),
        "checks": list(mediation.checks),
    }


KIND = Kind(
    model=Mediation,
    label=_("矛盾调解"),
    icon="scale",
    facts="grids/mediation/_facts.html",
    journey=(
        Stage(_("受理"), frozenset({S.ACCEPTED})),
        Stage(_("调解"), frozenset({S.MEDIATING})),
        Stage(_("协议"), frozenset({S.AGREED, S.FAILED})),
        Stage(_("回访"), frozenset({S.VISITED})),
        Stage(_("结案"), frozenset({S.CLOSED})),
    ),
    list_url="mediation:files",
    forms=MOVE_FORMS,
    context=context,
    facts_of=lambda mediation, user: {"matter": mediation.matter, "agreed_on": mediation.agreed_on},
    state_tones={str(state): tone for state, tone in TONES.items()},
    # Its own checks ask whether the agreement holds, and nobody else is to know of it.
    followed_up=never,
)
