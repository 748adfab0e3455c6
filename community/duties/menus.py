"""Entries of plans and leaves in the menus of the shells."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from community.core.navigation import register
from community.core.perms import Perm
from community.core.reach import reach
from community.duties.people import leads_somewhere

if TYPE_CHECKING:
    from community.directory.models import User


def works(user: "User") -> bool:
    return bool(reach(user, Perm.SEE_CASES))


def register_all() -> None:
    section = _("任务与值班")
    register("worker", _("计划"), icon="calendar-event", url_name="duties:plans", order=40, allowed=leads_somewhere)
    register(
        "office", _("计划"), icon="calendar-event", url_name="duties:plans", order=30, section=section,
        allowed=leads_somewhere,
    )  # fmt: skip
    register("office", _("请假"), icon="sun", url_name="duties:leaves", order=34, section=section, allowed=works)
