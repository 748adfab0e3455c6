"""Entries of inbox, dashboards and operations in the menus of the shells."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from community.core.navigation import register
from community.core.perms import Perm
from community.core.reach import reach

if TYPE_CHECKING:
    from community.directory.models import User


def sees_dashboard(user: "User") -> bool:
    return bool(reach(user, Perm.SEE_DASHBOARD))


def operates(user: "User") -> bool:
    return bool(reach(user, Perm.OPERATE))


def register_all() -> None:
    register("worker", _("收件箱"), icon="inbox", url_name="dashboards:inbox", badge="dashboards:badge", order=15)
    register("resident", _("收件箱"), icon="inbox", url_name="dashboards:inbox", badge="dashboards:badge", order=70)
    register(
        "office", _("驾驶舱"), icon="layout-dashboard", url_name="dashboards:secretary", order=1, allowed=sees_dashboard
    )
    register("office", _("收件箱"), icon="inbox", url_name="dashboards:inbox", badge="dashboards:badge", order=2)
    register(
        "office",
        _("运行状况"),
        icon="server",
        url_name="dashboards:operations",
        order=90,
        section=_("管理"),
        allowed=operates,
    )
