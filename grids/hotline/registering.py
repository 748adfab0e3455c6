"""What the hotline adds to the hub; called from ``apps.py``."""

from django.utils.translation import gettext_lazy as _

from community.cases import registry
from community.core.navigation import register as register_entry
from community.core.verbs import followers
from community.imports import sheets
from community.timers import clocks
from grids.hotline import notices
from grids.hotline.answering import answer_linked
from grids.hotline.clocks import CLOCKS
from grids.hotline.importing.profile import TICKETS
from grids.hotline.kind import KIND
from grids.menus import sees_lists


def register_all() -> None:
    registry.register(KIND)
    clocks.register("hotline", *CLOCKS)
    notices.register_all()
    sheets.register(TICKETS)
    followers.register(answer_linked, rank=60)
    register_entry(
        "office", _("12345工单"), icon="phone-call", url_name="grids:hotline", order=12, section=_("事项"),
        allowed=sees_lists,
    )  # fmt: skip
