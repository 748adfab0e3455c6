"""Places of an activity, under its row lock: given once each, waited for in order, freed with ease."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from community.core.phrases import moment
from community.core.workflow import NotNow
from community.notices.kinds import NoticeKind
from community.notices.outbox import queue
from points.rulebook.giving import hold_people
from points.teams.signup import SignUp

if TYPE_CHECKING:
    from community.directory.models import User
    from points.teams.activity import Activity
    from points.teams.signup import SignUpQuerySet

MOVED_UP = NoticeKind(
    "volunteering.moved_up", _("轮到您了：“%(title)s”有了名额"),
    body=_("您从候补转为正式报名；去不了请随时退出，让给下一位。"),
)  # fmt: skip


def take(activity: "Activity", user: "User", now: datetime) -> SignUp:
    """A place where there is one, else a turn. Raises NotNow for who is promised elsewhere at that time; the person is
    held, so that of two phones that sign up for two things at once one learns of the other.
    """
    hold_people([user.pk])
    refuse_if_elsewhere(activity, user)
    free_places_of_gone(activity, now)
    waiting = activity.left <= 0
    if not waiting:
        activity.taken += 1
    return SignUp.objects.create(activity=activity, user=user, asked_at=now, waiting=waiting)


def give_back(activity: "Activity", place: SignUp, now: datetime) -> None:
    place.set(left_at=now)
    if not place.waiting:
        activity.taken -= 1
        move_up(activity, now)


def free_places_of_gone(activity: "Activity", now: datetime) -> None:
    """Who has moved away or died meanwhile keeps nobody from coming."""
    here = {"user__is_active": True, "user__community": activity.community_id}
    gone = list(activity.sign_ups.placed().filter(signed_in_at=None).exclude(**here))
    for row in gone:
        row.set(left_at=now)
    activity.taken -= len(gone)
    if gone:
        move_up(activity, now)


def move_up(activity: "Activity", now: datetime) -> None:
    """Who waits longest gets what has become free, and is told; who has moved away or died does not wait any more, and
    who has promised that time to something else goes on waiting.
    """
    if activity.left <= 0:
        return
    elsewhere = placed_meanwhile(activity).filter(user=OuterRef("user"))
    waiting = activity.sign_ups.standing().filter(~Exists(elsewhere), waiting=True, user__is_active=True)
    for row in waiting.filter(user__community=activity.community_id).select_related("user")[: activity.left]:
        row.set(waiting=False)
        activity.taken += 1
        queue(MOVED_UP, [row.user], now=now, matter=activity, params={"title": activity.title})


def arrive(activity: "Activity", user: "User", *, by: "User", at: datetime, now: datetime) -> None:
    """Sign in; again changes nothing. Who has no place gets one where there is one."""
    row = activity.place_of(user)
    if row is not None and row.signed_in_at is not None:
        return
    if row is None:
        row = take(activity, user, now)
    elif row.waiting and activity.left > 0:
        activity.taken += 1
        row.set(waiting=False)
    if row.waiting:
        raise NotNow(_("名额满了：请组织者先把人数改多。"))
    row.set(signed_in_at=at, signed_in_by=by)


def placed_meanwhile(activity: "Activity") -> "SignUpQuerySet":
    """Places at other activities while this one lasts."""
    others = SignUp.objects.placed().exclude(activity=activity.pk).exclude(activity__status="cancelled")
    return others.filter(activity__starts_at__lt=activity.ends_at, activity__ends_at__gt=activity.starts_at)


def refuse_if_elsewhere(activity: "Activity", user: "User") -> None:
    """Nobody serves at two places at once."""
    other = placed_meanwhile(activity).filter(user=user).select_related("activity").first()
    if other is not None:
        facts = {"title": other.activity.title, "at": moment(other.activity.starts_at)}
        raise NotNow(_("同一时间已经报了“%(title)s”（%(at)s），先退出那一个再报。") % facts)
