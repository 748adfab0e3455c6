"""How a seat shows itself on the shared case page and in the API."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.cases.registry import Kind, Stage
from community.duties.models import Plan
from grids.posts.forms import MOVE_FORMS, PutUpForm
from grids.posts.models import Reservist, Seat
from grids.posts.workflow import TONES, fills

if TYPE_CHECKING:
    from community.directory.models import User

S = Seat.Status
MOST_NAMED = 12


def context(seat: Seat, user: "User") -> dict[str, Any]:
    """What the post asks for; to those who fill it, who of the reserve would be ready."""
    return {
        "duties": Plan.objects.filter(
            community=seat.community_id, grid=seat.grid_id, role=seat.role_id, assigned=Plan.Assigned.POST
        )[:MOST_NAMED],
        "reserve": _reserve(seat) if seat.is_open and fills(user, seat) else [],
        "fills": fills(user, seat),
    }


def _reserve(seat: Seat) -> list[Reservist]:
    pool = Reservist.objects.filter(community=seat.community_id).fit_for(seat.role, seat.scope)
    return list(pool.select_related("user").order_by("-pk")[:MOST_NAMED])


def facts_of(seat: Seat, user: "User") -> dict[str, Any]:
    return {
        "role": seat.role.code,
        "role_label": str(seat.role),
        "grid": seat.grid.code if seat.grid else None,
        "from_day": seat.from_day.isoformat(),
    }


KIND = Kind(
    model=Seat,
    label=_("补岗"),
    icon="id-badge-2",
    facts="grids/posts/_facts.html",
    journey=(
        Stage(_("待补"), frozenset({S.VACANT, S.EXPIRING})),
        Stage(_("认岗"), frozenset({S.OFFERED})),
        Stage(_("审批"), frozenset({S.CLAIMED})),
        Stage(_("上岗"), frozenset({S.FILLED})),
    ),
    list_url="grids:openings",
    forms=MOVE_FORMS,
    opening=PutUpForm,
    context=context,
    facts_of=facts_of,
    state_tones={str(state): tone for state, tone in TONES.items()},
)
