"""Through which states a challenge goes."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import holds, is_handler, the_clock
from community.core.workflow import Move, Waits, Workflow, sources
from points.apart import stands_apart

if TYPE_CHECKING:
    from community.directory.models import User
    from points.challenges.models import Challenge


class Status(models.TextChoices):
    OPEN = "open", _("待揭榜")
    TAKEN = "taken", _("已揭榜")
    HANDED_IN = "handed_in", _("待验收")
    DONE = "done", _("已完成")
    LAPSED = "lapsed", _("无人揭榜")
    WITHDRAWN = "withdrawn", _("已撤榜")


TONES = {
    Status.OPEN: "info", Status.TAKEN: "ontime", Status.HANDED_IN: "waiting", Status.DONE: "done",
    Status.LAPSED: "paused", Status.WITHDRAWN: "paused",
}  # fmt: skip
manages = holds(Perm.MANAGE_POINTS)


def may_take(user: "User | None", challenge: "Challenge") -> bool:
    """Whoever lives here, but not who put it up."""
    return user is not None and user.community_id == challenge.community_id and user.pk != challenge.raised_by_id


def is_named(user: "User | None", challenge: "Challenge") -> bool:
    return is_handler(user, challenge) and challenge.name_as != ""


def judges(user: "User | None", challenge: "Challenge") -> bool:
    """Another than who put it up, who did it, or who lives with them: two people stand behind the reward."""
    if user is None or user.pk == challenge.raised_by_id or not manages(user, challenge):
        return False
    return stands_apart(user, challenge.handler)


TAKEN, HANDED_IN = sources(Status.TAKEN), sources(Status.HANDED_IN)
WORKFLOW = Workflow(
    moves=(
        Move("put_up", _("发榜"), manages, target=Status.OPEN, done=_("发榜，请大家揭榜"), icon="flag"),
        Move("take", _("我来揭榜"), may_take, sources(Status.OPEN), Status.TAKEN, done=_("揭了榜"), tone="primary",
             icon="hand-stop"),
        Move("progress", _("记一笔进展"), is_handler, TAKEN, done=_("有了新进展"), icon="pencil"),
        Move("hand_in", _("完成了，请验收"), is_handler, TAKEN, Status.HANDED_IN, done=_("完成了，请验收"), tone="primary",
             icon="send"),
        Move("give_back", _("办不了，退回"), is_handler, TAKEN, Status.OPEN, done=_("退回，请别人揭榜"), tone="quiet",
             icon="arrow-back-up"),
        Move("accept", _("验收通过"), judges, HANDED_IN, Status.DONE, done=_("验收通过"), tone="primary", icon="check"),
        Move("send_back", _("还差一点"), judges, HANDED_IN, Status.TAKEN, done=_("还差一点，请再做做"), icon="refresh"),
        Move("unname", _("榜上不再写我的名字"), is_named, sources(Status.TAKEN, Status.HANDED_IN, Status.DONE),
             done=_("榜上不再写名字"), tone="quiet", icon="eye-off", aside=True),
        Move("withdraw", _("撤榜"), manages, sources(Status.OPEN, Status.TAKEN), Status.WITHDRAWN, done=_("撤了榜"),
             tone="danger", icon="x", aside=True),
        Move("lapse", _("到期无人揭榜"), the_clock, sources(Status.OPEN), Status.LAPSED, done=_("到期无人揭榜"), icon="clock"),
    ),
    closed=sources(Status.DONE, Status.LAPSED, Status.WITHDRAWN),
    waits={Status.TAKEN: Waits("handler"), Status.HANDED_IN: Waits(perm=Perm.MANAGE_POINTS)},
)  # fmt: skip
