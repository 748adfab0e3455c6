"""How a request to join a household shows itself on the shared case page and in the API."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.access.masking import mask_phone
from community.cases.registry import Kind, Stage, never
from community.cases.shown import is_staff_of, shown_name
from grids.joining_forms import MOVE_FORMS, AskForm
from grids.models.joining import JoinRequest

if TYPE_CHECKING:
    from community.directory.models import User

S = JoinRequest.Status


def context(request: JoinRequest, user: "User") -> dict[str, Any]:
    """The door, and who asks: masked until the grid worker gives a reason."""
    asker = request.raised_by
    return {
        "door": request.dwelling,
        "asker": shown_name(asker, user, request),
        "phone": mask_phone(asker.phone or "") if asker else "",
        "staff": is_staff_of(user, request) and request.raised_by_id != user.pk,
        "members": request.dwelling.memberships.filter(until=None).count(),
    }


KIND = Kind(
    model=JoinRequest,
    label=_("入户申请"),
    icon="home",
    facts="grids/joining/_facts.html",
    journey=(
        Stage(_("提交"), frozenset()),
        Stage(_("网格员核实"), frozenset({S.REQUESTED})),
        Stage(_("入户"), frozenset({S.APPROVED})),
    ),
    list_url="joining:join",
    forms=MOVE_FORMS,
    opening=AskForm,
    context=context,
    facts_of=lambda request, user: {"dwelling": str(request.dwelling)},
    followed_up=never,
    state_tones={S.REQUESTED: "waiting", S.APPROVED: "done", S.REFUSED: "paused", S.WITHDRAWN: "paused"},
)
