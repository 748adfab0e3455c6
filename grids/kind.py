"""How an incident shows itself on the shared case page and in the API."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.cases.registry import Kind, Stage
from community.cases.shown import is_staff_of, shown_name
from community.core.perms import Perm
from community.core.reach import reach
from grids.finding import ReportForm
from grids.forms import MOVE_FORMS
from grids.handling.closing import Word
from grids.handling.limits import FEEDBACK
from grids.handling.responsibility import counts_office_hours, responsibility, total
from grids.handling.words import WORDS
from grids.models import Category, Incident
from grids.models.incident_workflow import TONES
from grids.spots.marking import spot_of
from grids.suggesting.seconding import reporters_of

if TYPE_CHECKING:
    from community.directory.models import User

S = Incident.Status


def context(incident: Incident, user: "User") -> dict[str, Any]:
    """What the facts template needs; who reported it is masked except to themself."""
    return {
        "raiser": shown_name(incident.raised_by, user, incident) if incident.raised_by_id else "",
        "staff": is_staff_of(user, incident),
        "limits": incident.limits,
        "hands": hands(incident, user),
        "photos": reported_photos(incident, user),
        "known": incident.is_known_to(user),
        "reporters": reporters_of(incident, user),
        "recurring": spot_of(incident) if is_staff_of(user, incident) else None,
        "leads_spots": bool(reach(user, Perm.SEE_DASHBOARD) or reach(user, Perm.LEAD_GRID)),
    }


def hands(incident: Incident, user: "User") -> dict[str, Any]:
    """Who works on it and answers for it; whose minutes it was, for those who work here."""
    shown: dict[str, Any] = {
        "helpers": [row.person for row in incident.helpers.select_related("person")],
        "accountable": incident.accountable if incident.accountable_id != incident.handler_id else None,
        "feedback": FEEDBACK if incident.category.size == Category.Size.BIG else None,
    }
    if is_staff_of(user, incident):
        shown["parts"] = list(incident.children.order_by("pk"))
        shown["stretches"] = responsibility(incident, timezone.now())
        shown["minutes"] = total(shown["stretches"])
        shown["office_hours"] = counts_office_hours(incident)
    return shown


def reported_photos(incident: Incident, user: "User") -> list[dict[str, Any]]:
    """All reporters' photos for staff, their own for the first reporter, none for those who joined."""
    photos = [photo for photo in incident.attachments.all() if photo.purpose == photo.Purpose.REPORT]
    if not is_staff_of(user, incident):
        known = incident.is_known_to(user)
        photos = [photo for photo in photos if known and photo.added_by_id == incident.raised_by_id]
    return [{"url": row.url, "thumb": row.thumbnail_url, "alt": row.get_purpose_display()} for row in photos]


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
        "unit": str(incident.unit) if incident.unit else None,
        "parent": incident.parent.number if incident.parent else None,
        "extended_until": incident.extended_until,
        "word": incident.word,
        "reopened": incident.reopened,
        "fixed_on_spot": incident.fixed_on_spot,
        "spot": spot if is_staff_of(user, incident) else None,
    }


KIND = Kind(
    model=Incident,
    label=_("事件"),
    icon="flag",
    facts="grids/_facts.html",
    journey=(
        Stage(_("上报"), frozenset({S.REPORTED, S.DISPUTED})),
        Stage(_("处理"), frozenset({S.HANDLING})),
        Stage(_("核查"), frozenset({S.RESOLVED})),
        Stage(_("评价"), frozenset({S.VERIFIED, S.FOLLOW_UP})),
        Stage(_("结案"), frozenset({S.CLOSED})),
    ),
    list_url="grids:mine",
    forms=MOVE_FORMS,
    opening=ReportForm,
    context=context,
    facts_of=facts_of,
    words=WORDS,
    state_tones={str(state): tone for state, tone in TONES.items()},
    # What a worker found on patrol and put right has nobody to ask, and nobody is asked twice.
    followed_up=lambda incident: (
        incident.status == S.CLOSED and incident.raised_by_id != incident.handler_id and incident.word != Word.VISITED
    ),
    asked_in=S.FOLLOW_UP,
    answers=("follow_up", "not_solved"),
)
