"""How an incident shows itself on the shared case page and in the API."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.cases.registry import Kind, Stage
from community.cases.shown import is_staff_of, shown_name
from grids.finding import ReportForm
from grids.forms import MOVE_FORMS
from grids.models import Incident
from grids.models.incident_workflow import TONES

if TYPE_CHECKING:
    from community.directory.models import User

S = Incident.Status


def context(incident: Incident, user: "User") -> dict[str, Any]:
    """What the facts template needs; who reported it is masked except to themself."""
    return {
        "raiser": shown_name(incident.raised_by, user, incident) if incident.raised_by_id else "",
        "staff": is_staff_of(user, incident),
        "limits": incident.limits,
        "photos": [
            {"url": photo.url, "thumb": photo.thumbnail_url, "alt": photo.get_purpose_display()}
            for photo in incident.attachments.all()
            if photo.purpose == photo.Purpose.REPORT
        ],
    }


def facts_of(incident: Incident, user: "User") -> dict[str, Any]:
    """The API's extra fields."""
    spot = [incident.spot_lat, incident.spot_lng] if incident.spot_lat is not None else None
    return {
        "category": incident.category.code,
        "category_label": str(incident.category),
        "place": incident.where,
        "grid": incident.grid.code if incident.grid else None,
        "description": incident.description,
        "level": incident.level,
        "fixed_on_spot": incident.fixed_on_spot,
        "spot": spot if is_staff_of(user, incident) else None,
    }


KIND = Kind(
    model=Incident,
    label=_("事件"),
    icon="flag",
    facts="grids/_facts.html",
    journey=(
        Stage(_("上报"), frozenset({S.REPORTED})),
        Stage(_("处理"), frozenset({S.HANDLING})),
        Stage(_("核查"), frozenset({S.RESOLVED})),
        Stage(_("评价"), frozenset({S.VERIFIED})),
        Stage(_("结案"), frozenset({S.CLOSED})),
    ),
    list_url="grids:mine",
    forms=MOVE_FORMS,
    opening=ReportForm,
    context=context,
    facts_of=facts_of,
    state_tones={str(state): tone for state, tone in TONES.items()},
    # What a worker found on patrol and put right has nobody to ask.
    followed_up=lambda incident: incident.status == S.CLOSED and incident.raised_by_id != incident.handler_id,
)
