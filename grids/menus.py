"""Entries of grids in the menus of the shells."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from community.core.navigation import register
from community.core.perms import Perm
from community.core.reach import reach
from community.duties.offering import offer

if TYPE_CHECKING:
    from community.directory.models import User


def walks(user: "User") -> bool:
    return bool(reach(user, Perm.PATROL))


def sees_lists(user: "User") -> bool:
    return bool(reach(user, Perm.HANDLE_INCIDENTS) or reach(user, Perm.SEE_DASHBOARD))


def leads(user: "User") -> bool:
    return bool(reach(user, Perm.LEAD_GRID) or reach(user, Perm.LEAD_COMMUNITY))


def register_all() -> None:
    offer("patrol", _("巡查"))
    register("worker", _("今天"), icon="sun", url_name="grids:today", order=10, allowed=walks)
    register("worker", _("事件"), icon="flag", url_name="grids:incidents", order=20, allowed=sees_lists)
    register("resident", _("反映"), icon="speakerphone", url_name="grids:report", order=30)
    register("office", _("巡查路线"), icon="route", url_name="grids:routes", order=17, section=_("事项"), allowed=leads)
    for label, icon, url_name, order in (
        (_("事件"), "flag", "grids:incidents", 10),
        (_("巡查"), "walk", "grids:patrols", 15),
        (_("重复点位"), "refresh", "grids:spots", 12),
        (_("网格"), "layout-grid", "grids:grids", 16),
        (_("岗位配置"), "id-badge-2", "grids:posts", 17),
    ):
        register("office", label, icon=icon, url_name=url_name, order=order, section=_("事项"), allowed=sees_lists)
