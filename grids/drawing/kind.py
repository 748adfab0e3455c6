"""How a redraw shows itself on the shared case page and in the API."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.cases.registry import Kind, Stage
from grids.drawing.forms import MOVE_FORMS, DrawForm
from grids.drawing.models import Redraw
from grids.drawing.preview import preview_of
from grids.drawing.workflow import TONES

if TYPE_CHECKING:
    from community.directory.models import User

S = Redraw.Status


def context(redraw: Redraw, user: "User") -> dict[str, Any]:
    return {"preview": preview_of(redraw)}


def facts_of(redraw: Redraw, user: "User") -> dict[str, Any]:
    preview = preview_of(redraw)
    return {
        "effective_on": redraw.effective_on.isoformat(),
        "buildings": preview.buildings,
        "households": preview.households,
        "movements": [
            {"from": each.source.code, "to": each.target.code, "buildings": [str(one) for one in each.buildings]}
            for each in preview.movements
        ],
    }


KIND = Kind(
    model=Redraw,
    label=_("网格重划"),
    icon="layout-grid",
    facts="grids/drawing/_facts.html",
    journey=(
        Stage(_("划分"), frozenset({S.DRAFT})),
        Stage(_("确认"), frozenset({S.SUBMITTED})),
        Stage(_("待生效"), frozenset({S.PLANNED})),
        Stage(_("生效"), frozenset({S.EFFECTIVE})),
    ),
    list_url="grids:drawings",
    forms=MOVE_FORMS,
    opening=DrawForm,
    context=context,
    facts_of=facts_of,
    state_tones={str(state): tone for state, tone in TONES.items()},
)
