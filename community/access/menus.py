"""Entries of accounts, codes and posts in the menus of the shells."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from community.core.navigation import register
from community.core.perms import Perm
from community.core.reach import reach

if TYPE_CHECKING:
    from community.directory.models import User


def admits(user: "User") -> bool:
    return bool(reach(user, Perm.ADMIT_HOUSEHOLDS))


def appoints(user: "User") -> bool:
    return bool(reach(user, Perm.MANAGE_POSTS))


def register_all() -> None:
    register("resident", _("我的"), icon="user-circle", url_name="access:me", order=90)
    register("worker", _("我的"), icon="user-circle", url_name="access:me", order=90)
    section = _("账号与岗位")
    register("office", _("入户码"), icon="qrcode", url_name="access:codes", order=80, section=section, allowed=admits)
    register(
        "office", _("岗位"), icon="id-badge-2", url_name="access:posts", order=82, section=section, allowed=appoints
    )
    register("office", _("我的账号"), icon="user-circle", url_name="access:me", order=90, section=section)
