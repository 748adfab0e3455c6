"""How redemptions and draws show themselves on the shared case page and in the API."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.access.masking import mask_name
from community.cases.registry import Kind, Stage, never
from points.redemption import draw, forms, workflow
from points.redemption.draw import PrizeDraw
from points.redemption.redemption import Redemption

if TYPE_CHECKING:
    from community.directory.models import User

S, D = workflow.Status, draw.Status


def context(redemption: Redemption, user: "User") -> dict[str, Any]:
    """The goods to all who see it; the code to the member alone."""
    mine = redemption.raised_by_id == user.pk
    return {
        "lines": list(redemption.lines.select_related("offer").order_by("pk")),
        "unit": redemption.partner,
        "until": redemption.until,
        "mine": mine,
        "member": str(redemption.raised_by) if mine else mask_name(str(redemption.raised_by or "")),
        "shows_code": mine and redemption.status == S.RESERVED,
    }


REDEMPTION = Kind(
    model=Redemption,
    label=_("积分兑换"),
    icon="gift",
    facts="points/redemption/_facts.html",
    journey=(
        Stage(_("兑换"), frozenset()),
        Stage(_("待领取"), frozenset({S.RESERVED})),
        Stage(_("已领取"), frozenset({S.COLLECTED})),
    ),
    list_url="redemption:mine",
    forms=forms.MOVE_FORMS,
    context=context,
    facts_of=lambda redemption, user: {"points": redemption.cost, "partner": redemption.partner.name},
    followed_up=never,
    state_tones={str(state): tone for state, tone in workflow.TONES.items()},
)

DRAW = Kind(
    model=PrizeDraw,
    label=_("抽签"),
    icon="confetti",
    facts="points/redemption/_draw.html",
    journey=(
        Stage(_("公布"), frozenset()),
        Stage(_("报名"), frozenset({D.OPEN})),
        Stage(_("开签"), frozenset({D.DRAWN})),
    ),
    list_url="redemption:shop",
    forms=forms.DRAW_FORMS,
    context=lambda found, user: {"address": found.offer_id},
    facts_of=lambda found, user: {"commitment": found.commitment, "seed": found.seed},
    followed_up=never,
    state_tones={D.OPEN: "waiting", D.DRAWN: "done", D.CALLED_OFF: "paused"},
)
