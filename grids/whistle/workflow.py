"""Through which states a call on a department goes; one call is one department's part in one whistle."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import either, holds, is_handler, the_clock
from community.core.workflow import Move, Waits, Workflow, sources

if TYPE_CHECKING:
    from community.directory.models import User
    from grids.whistle.models import WhistleCall


class Status(models.TextChoices):
    CALLED = "called", _("待报到")
    PRESENT = "present", _("已报到")
    DONE = "done", _("已完成")
    RELEASED = "released", _("已解除")


OPEN = sources(Status.CALLED, Status.PRESENT)
TONES = {Status.CALLED: "waiting", Status.PRESENT: "info", Status.DONE: "done", Status.RELEASED: "paused"}


def answers(user: "User | None", call: "WhistleCall") -> bool:
    """Who speaks for the department."""
    return user is not None and call.department.is_spoken_for_by(user)


desk = holds(Perm.DISPATCH_INCIDENTS)
its_people = either(is_handler, answers)

WORKFLOW = Workflow(
    moves=(
        Move("call", _("吹哨"), desk, target=Status.CALLED, done=_("吹哨，请部门报到"), icon="bell-ringing"),
        Move("report_in", _("报到"), its_people, sources(Status.CALLED), Status.PRESENT, done=_("部门报到"),
             tone="primary", icon="user-check"),
        Move("remark", _("会商记录"), either(its_people, desk), OPEN, done=_("会商记录"), icon="message-dots"),
        Move("finish", _("完成本部门的事"), its_people, sources(Status.PRESENT), Status.DONE, done=_("部门完成分工"),
             tone="primary", icon="check"),
        Move("release", _("不再需要"), desk, OPEN, Status.RELEASED, done=_("解除"), icon="x"),
        Move("close_with_case", _("随事项结束"), the_clock, OPEN, Status.RELEASED, done=_("事项已结束，解除"), icon="x"),
    ),
    closed=sources(Status.DONE, Status.RELEASED),
    waits={
        Status.CALLED: Waits("handler", Perm.LEAD_STREET),
        Status.PRESENT: Waits("handler", Perm.LEAD_STREET),
    },
)  # fmt: skip
