"""Entries of points in the menus of the shells."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from community.core.navigation import register
from community.core.perms import Perm
from community.core.reach import reach

if TYPE_CHECKING:
    from community.directory.models import User


def sees_ledger(user: "User") -> bool:
    return bool(reach(user, Perm.SEE_POINTS).communities)


def manages(user: "User") -> bool:
    return bool(reach(user, Perm.MANAGE_POINTS))


def register_all() -> None:
    register("resident", _("积分"), icon="coin", url_name="points:mine", order=95)
    register(
        "office", _("积分台账"), icon="coin", url_name="points:ledger", order=60, section=_("积分"), allowed=sees_ledger
    )
    for label, icon, url_name, order in (
        (_("积分规则"), "adjustments-horizontal", "points:rules", 61),
        (_("奖惩与复核"), "scale", "points:awards", 62),
        (_("积分申诉"), "hand-stop", "points:appeals", 63),
        (_("揭榜挂帅"), "flag", "points:challenges", 65),
        (_("账户变更"), "arrows-exchange", "points:handovers", 67),
        (_("邻里赞"), "thumb-up", "points:stories", 66),
        (_("星级评定"), "star", "points:star-overview", 64),
    ):
        register("office", label, icon=icon, url_name=url_name, order=order, section=_("积分"), allowed=manages)
