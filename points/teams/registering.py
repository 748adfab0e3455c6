"""Kinds, clocks, notices and menus of volunteering; registered by ``apps.py``."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from community.calendars import sources
from community.cases import registry
from community.core.navigation import register
from community.core.perms import Perm
from community.core.reach import reach
from community.timers import clocks
from points.rulebook import events
from points.teams import appointments, kind, notices
from points.teams.activity import Activity
from points.teams.correction import Correction
from points.teams.crediting import SIGN_IN, served_between

if TYPE_CHECKING:
    from community.directory.models import User


def organises_somewhere(user: "User") -> bool:
    return bool(reach(user, Perm.RUN_VOLUNTEERS))


def register_all() -> None:
    events.register(events.Event(SIGN_IN, _("参加志愿活动（时长已确认）"), past=served_between))
    registry.register(kind.ACTIVITY)
    registry.register(kind.CORRECTION)
    clocks.register(Activity.matter_kind, *kind.CLOCKS)
    clocks.register(Correction.matter_kind, kind.DECIDE)
    notices.register_all()
    sources.register(appointments.SOURCE)
    section = _("志愿服务")
    for label, icon, url_name, order in (
        (_("志愿活动"), "heart-handshake", "teams:activities", 70),
        (_("志愿队伍"), "users-group", "teams:teams", 71),
        (_("活动台账"), "clipboard-list", "teams:desk", 72),
    ):
        register(
            "office", label, icon=icon, url_name=url_name, order=order, section=section, allowed=organises_somewhere
        )
