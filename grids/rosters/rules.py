"""What rosters tell the layers below: their clocks, notices and menus."""

from django.utils.translation import gettext_lazy as _

from community.calendars import sources
from community.core.navigation import register
from community.duties.menus import works
from community.timers import clocks
from grids.rosters import appointments, notices
from grids.rosters.clocks import WATCH_CLOCKS
from grids.rosters.models import Watch


def register_all() -> None:
    clocks.register(Watch.matter_kind, *WATCH_CLOCKS)
    notices.register_all()
    sources.register(appointments.SOURCE)
    register(
        "office", _("值班"), icon="clock", url_name="rosters:rosters", order=32, section=_("任务与值班"), allowed=works
    )
