"""Events of grids that points may be given for, in the words of whoever writes the rules."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from grids.models import Sheet
from points.rulebook.events import Event, Happening, register

SHEET = "survey.sheet"


def of_sheet(sheet: Sheet, at: datetime) -> Happening:
    return Happening(SHEET, sheet.survey.community_id, at, f"sheet-{sheet.pk}", person=sheet.filled_by)


def sheets_of(community_id: int, since: datetime, until: datetime) -> Iterator[Happening]:
    """The sheets handed in between two moments, for a rehearsal."""
    handed_in = Sheet.objects.filter(
        survey__community=community_id, submitted_at__gte=since, submitted_at__lt=until, filled_by__isnull=False
    )
    for sheet in handed_in.select_related("survey", "filled_by").order_by("submitted_at").iterator():
        if sheet.submitted_at is not None:
            yield of_sheet(sheet, sheet.submitted_at)


def register_events() -> None:
    fixed = ("incident.rate", "incident.close_unrated", "incident.follow_up", "incident.conclude")
    register(
        Event("incident.fixed", _("办结事件"), fixed),
        Event("incident.found", _("发现并反映问题，核查属实"), ("incident.verify", "incident.conclude")),
        Event("incident.fixed_on_spot", _("随手解决问题"), ("incident.fix_on_spot",)),
        Event("patrol.done", _("完成巡查"), ("patrol.finish",)),
        Event("visit.done", _("完成入户走访"), ("visit.meet",)),
        Event(SHEET, _("完成一户入户调查"), past=sheets_of),
    )
