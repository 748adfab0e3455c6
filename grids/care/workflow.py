"""Through which states “五个一” for an elder goes, and who may take it there."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.rules import either, the_clock
from community.core.workflow import Move, Workflow, sources
from grids.visits.reach import visits_here

if TYPE_CHECKING:
    from community.directory.models import User
    from grids.care.models import CarePlan


class Status(models.TextChoices):
    ACTIVE = "active", _("进行中")
    RESTING = "resting", _("暂停中")
    ENDED = "ended", _("已结束")


def is_elder(user: "User | None", care: "CarePlan") -> bool:
    return user is not None and user.person_id is not None and user.person_id == care.person_id


WORKFLOW = Workflow(
    moves=(
        Move(
            "begin", _("建立五个一"), visits_here, target=Status.ACTIVE, done=_("建立了五个一助老计划"),
            tone="primary", icon="heart-handshake",
        ),
        Move(
            "reassign", _("换人"), visits_here, sources(Status.ACTIVE, Status.RESTING),
            done=_("换了人"), icon="arrows-exchange",
        ),
        Move(
            "rest", _("暂停（外出、住院）"), either(visits_here, is_elder), sources(Status.ACTIVE), Status.RESTING,
            done=_("暂停了"), icon="player-pause",
        ),
        Move(
            "come_back", _("恢复"), either(visits_here, is_elder, the_clock), sources(Status.RESTING), Status.ACTIVE,
            done=_("恢复了"), tone="primary", icon="player-play",
        ),
        Move(
            "end", _("结束"), visits_here, sources(Status.ACTIVE, Status.RESTING), Status.ENDED,
            done=_("结束了"), tone="danger", icon="x",
        ),
    ),
    closed=sources(Status.ENDED),
)  # fmt: skip
