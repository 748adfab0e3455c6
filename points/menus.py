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


def register_all() -> None:
    register("resident", _("积分"), icon="coin", url_name="points:mine", order=95)
    register(
        "office", _("积分台账"), icon="coin", url_name="points:ledger", order=60, section=_("积分"), allowed=sees_ledger
    )
