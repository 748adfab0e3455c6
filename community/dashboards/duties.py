"""How duties of each kind are shown in the inbox: their icon and their page."""

from django.urls import reverse

from community.duties.models import Occurrence

ICONS = {
    "agreement_check": "scale",
    "duty": "clipboard-check",
    "month_closing": "book",
    "care_call": "phone-call",
    "care_turn": "heart-handshake",
    "patrol": "walk",
    "round": "building-community",
    "visit": "home-heart",
    "watch": "clock",
}
PAGES = {
    "agreement_check": "mediation:check",
    "duty": "duties:duty",
    "month_closing": "fund:closing",
    "care_call": "care:call",
    "care_turn": "care:turn",
    "patrol": "grids:patrol",
    "round": "visits:round",
    "visit": "visits:visit",
    "watch": "rosters:watch",
}


def duty_icon(duty: Occurrence) -> str:
    return ICONS.get(duty.kind, "calendar-event")


def duty_url(duty: Occurrence) -> str:
    """The page of one duty; duties without a page of their own lead back to the inbox."""
    page = PAGES.get(duty.kind)
    return reverse(page, args=[duty.pk]) if page else reverse("dashboards:inbox")
