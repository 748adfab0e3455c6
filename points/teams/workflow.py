"""Through which states an activity goes: 招募中 → 进行中 → 待报时长 → 时长待确认 → 已记录. Whoever records does not prove."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import either, the_clock
from community.core.workflow import Move, Waits, Workflow, sources
from points.teams.team import organises as looks_after

if TYPE_CHECKING:
    from community.directory.models import User
    from points.teams.activity import Activity


class Status(models.TextChoices):
    RECRUITING = "recruiting", _("招募中")
    RUNNING = "running", _("进行中")
    ENDED = "ended", _("待报时长")
    PROPOSED = "proposed", _("时长待确认")
    RECORDED = "recorded", _("已记录")
    CANCELLED = "cancelled", _("已取消")


TONES = {
    Status.RECRUITING: "info", Status.RUNNING: "ontime", Status.ENDED: "waiting", Status.PROPOSED: "waiting",
    Status.RECORDED: "done", Status.CANCELLED: "paused",
}  # fmt: skip


def leads(user: "User | None", activity: "Activity") -> bool:
    return activity.team.is_led_by(user)


def organises(user: "User | None", activity: "Activity") -> bool:
    """Who has it in hand, the leader of the team, or who looks after volunteering in the community."""
    return user is not None and (user.pk == activity.handler_id or activity.team.is_led_by(user))


def may_sign_up(user: "User | None", activity: "Activity") -> bool:
    """Whoever lives here and is not in it yet."""
    return user is not None and user.community_id == activity.community_id and activity.place_of(user) is None


def may_back_out(user: "User | None", activity: "Activity") -> bool:
    place = activity.place_of(user)
    return place is not None and place.signed_in_at is None


def may_sign_in(user: "User | None", activity: "Activity") -> bool:
    """Whoever lives here: with a place, or on the spot while there is one."""
    if user is None or user.community_id != activity.community_id:
        return False
    place = activity.place_of(user)
    return place is None or place.signed_in_at is None


def may_sign_out(user: "User | None", activity: "Activity") -> bool:
    place = activity.place_of(user)
    return place is not None and place.signed_in_at is not None and place.signed_out_at is None


def may_object(user: "User | None", activity: "Activity") -> bool:
    place = activity.place_of(user)
    return place is not None and place.proposed is not None


def may_take_over(user: "User | None", activity: "Activity") -> bool:
    return user is not None and user.pk != activity.handler_id and organises(user, activity)


def confirms(user: "User | None", activity: "Activity") -> bool:
    """The community, but neither who reported the hours nor who is to get any."""
    if user is None or user.pk == activity.proposed_by_id or not looks_after(user, activity.community_id):
        return False
    return activity.place_of(user) is None


RECRUITING, RUNNING, ENDED = sources(Status.RECRUITING), sources(Status.RUNNING), sources(Status.ENDED)
PROPOSED = sources(Status.PROPOSED)
WORKFLOW = Workflow(
    moves=(
        Move("announce", _("发布活动"), leads, target=Status.RECRUITING, done=_("发布了活动，招募志愿者"), icon="flag"),
        Move("sign_up", _("我要报名"), may_sign_up, RECRUITING, done=_("报了名"), tone="primary", icon="hand-stop",
             internal=True),
        Move("back_out", _("去不了，退出"), may_back_out, RECRUITING, done=_("退出了报名"), tone="quiet",
             icon="arrow-back-up", internal=True),
        Move("sign_in", _("扫码签到"), may_sign_in, RECRUITING | RUNNING, done=_("签到了"), tone="primary",
             icon="qrcode", internal=True),
        Move("tick", _("勾选到场的人"), organises, RECRUITING | RUNNING | ENDED, done=_("勾选了到场的人"), icon="list-check",
             internal=True),
        Move("sign_out", _("签退"), may_sign_out, RUNNING, done=_("签退了"), icon="logout", internal=True),
        Move("change", _("改时间、地点或人数"), organises, RECRUITING, done=_("改了活动安排，已告诉报名的人"), icon="edit",
             aside=True),
        Move("begin", _("开始"), either(the_clock, organises), RECRUITING, Status.RUNNING, done=_("活动开始了"),
             icon="player-play"),
        Move("end", _("结束"), either(the_clock, organises), RUNNING, Status.ENDED, done=_("活动结束了"), icon="flag-2"),
        Move("propose", _("报时长"), organises, ENDED | PROPOSED, Status.PROPOSED, done=_("报了每个人的时长"),
             tone="primary", icon="clock"),
        Move("object", _("时长不对"), may_object, PROPOSED, done=_("对时长有异议"), icon="message-circle", internal=True),
        Move("confirm", _("确认时长"), confirms, PROPOSED, Status.RECORDED, done=_("确认了时长，已记录"), tone="primary",
             icon="check"),
        Move("send_back", _("退回重报"), confirms, PROPOSED, Status.ENDED, done=_("退回，请重报时长"), icon="refresh"),
        Move("take_over", _("改由我组织"), may_take_over, RECRUITING | RUNNING | ENDED, done=_("接手组织"), tone="quiet",
             icon="arrows-exchange", aside=True),
        Move("cancel", _("取消活动"), organises, RECRUITING | RUNNING | ENDED, Status.CANCELLED,
             done=_("取消了活动，已告诉报名的人"), tone="danger", icon="x", aside=True),
    ),
    closed=sources(Status.RECORDED, Status.CANCELLED),
    waits={Status.ENDED: Waits("handler"), Status.PROPOSED: Waits(perm=Perm.RUN_VOLUNTEERS)},
)  # fmt: skip
