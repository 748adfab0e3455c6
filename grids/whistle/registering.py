"""What whistles add to the hub; called from ``apps.py``."""

from django.utils.translation import gettext_lazy as _

from community.cases import boxes, registry, told
from community.core.navigation import register as register_entry
from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import followers
from community.timers import clocks
from grids.whistle import notices
from grids.whistle.box import BOX
from grids.whistle.clocks import CLOCKS
from grids.whistle.following import follow
from grids.whistle.kind import KIND

TELLINGS = {
    "call": told.Telling(_("吹哨：请%(department)s报到"), "bell-ringing"),
    "report_in": told.Telling(_("%(department)s报到"), "user-check", "good"),
    "remark": told.Telling(_("会商记录（%(department)s）"), "message-dots"),
    "finish": told.Telling(_("%(department)s完成分工"), "check", "good"),
    "release": told.Telling(_("不再需要%(department)s"), "x"),
    "close_with_case": told.Telling(_("事项已结束，%(department)s解除"), "x"),
}


def register_all() -> None:
    registry.register(KIND)
    clocks.register("whistle", *CLOCKS)
    notices.register_all()
    boxes.register(BOX)
    for verb, telling in TELLINGS.items():
        told.register(f"whistle.{verb}", telling)
    followers.register(follow, rank=50)
    register_entry(
        "office", _("吹哨报到"), icon="bell-ringing", url_name="grids:whistles", order=14, section=_("事项"),
        allowed=lambda user: bool(reach(user, Perm.SEE_DASHBOARD)),
    )  # fmt: skip
