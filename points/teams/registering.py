"""Notices and menus of volunteering; registered by ``apps.py``."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from community.core.navigation import register
from community.core.perms import Perm
from community.core.reach import reach
from community.notices import kinds
from points.teams import membership, team

if TYPE_CHECKING:
    from community.directory.models import User


def organises_somewhere(user: "User") -> bool:
    return bool(reach(user, Perm.RUN_VOLUNTEERS))


def register_all() -> None:
    kinds.register(
        "", team.LEADS, team.ENDED, membership.ASKED, membership.ADMITTED, membership.DECLINED, membership.REMOVED,
        membership.LEADERLESS,
    )  # fmt: skip
    register(
        "office", _("志愿队伍"), icon="users-group", url_name="teams:teams", order=70, section=_("志愿服务"),
        allowed=organises_somewhere,
    )  # fmt: skip
