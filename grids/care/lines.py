"""The five lines of “五个一”: 一天一电话、一周一走访、一月一家政、一季一活动、一节一慰问; each is a plan of duties."""

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from community.core.models import Case
from community.duties.festivals import Festival
from community.duties.models import Plan

if TYPE_CHECKING:
    from community.directory.models import Dwelling

CALL, TURN, VISIT = "care_call", "care_turn", "visit"


class Line(models.TextChoices):
    CALL = "call", _("一天一电话")
    VISIT = "visit", _("一周一走访")
    HOUSEWORK = "housework", _("一月一家政")
    ACTIVITY = "activity", _("一季一活动")
    FESTIVAL = "festival", _("一节一慰问")


# 春节, 元宵, 端午, 中秋, 重阳: our own proposal.
FESTIVALS = [
    Festival.SPRING.value, Festival.LANTERN.value, Festival.DRAGON_BOAT.value, Festival.MID_AUTUMN.value,
    Festival.DOUBLE_NINTH.value,
]  # fmt: skip


@dataclass(frozen=True)
class Pattern:
    """How a line recurs: its kind of duty, the rule, the window, and how long it may be late."""

    kind: str
    title: Any
    rule: str
    opens: time
    closes: time
    catch_up_days: int = 0
    grace: int = 0
    alarm: int = Case.Tier.LEADER
    icon: str = "calendar-event"


PATTERNS = {
    # Who does not answer by eleven is looked in on; at six in the evening the call counts as missed.
    Line.CALL: Pattern(CALL, _("电话问候 %(home)s"), "FREQ=DAILY", time(8), time(11), grace=420, icon="phone-call"),
    Line.VISIT: Pattern(VISIT, _("走访 %(home)s"), "FREQ=WEEKLY", time(8), time(20), 2, icon="home-heart"),
    Line.HOUSEWORK: Pattern(
        TURN, _("家政 %(home)s"), "FREQ=MONTHLY;BYMONTHDAY={day}", time(8), time(18), 7, icon="home-2"
    ),
    Line.ACTIVITY: Pattern(
        TURN, _("陪伴活动 %(home)s"), "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY={day}", time(8), time(18), 14, icon="users"
    ),
    Line.FESTIVAL: Pattern(TURN, _("节日慰问 %(home)s"), "", time(8), time(20), 2, icon="gift"),
}


def columns(line: str, dwelling: "Dwelling") -> dict[str, Any]:
    """The columns of the plan behind a line; days of the month are spread by the door's key."""
    pattern = PATTERNS[Line(line)]
    with override(settings.LANGUAGE_CODE):  # a plan has one title for everybody
        title = str(pattern.title) % {"home": dwelling}
    late = {"catch_up": Plan.CatchUp.WITHIN, "catch_up_days": pattern.catch_up_days} if pattern.catch_up_days else {}
    when = (
        {"rhythm": Plan.Rhythm.FESTIVALS, "festivals": FESTIVALS, "lead": 1}
        if line == Line.FESTIVAL
        else {"recurrence": pattern.rule.format(day=dwelling.pk % 28 + 1)}
    )
    return {
        "kind": pattern.kind, "title": title[:80],
        "opens": pattern.opens, "closes": pattern.closes, "grace": pattern.grace, "alarm": pattern.alarm,
        **when, **late,
    }  # fmt: skip
