"""运行状况: what an operator must know, each as a line that says in words when something is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import redis
from django.db.models import Q
from django.utils.translation import gettext as _

from community.core.perms import Perm
from community.core.phrases import ago
from community.core.reach import reach
from community.dashboards.board import freshness
from community.dashboards.heartbeats import BEAT, Heartbeat, heard
from community.dashboards.valkey import queue_length
from community.notices.models import Delivery
from community.notices.models.notice import DeliveryQuerySet
from community.timers.holidays import missing_years
from community.timers.models import Deadline

if TYPE_CHECKING:
    from community.directory.models import User

ROWS = 50
LONG_QUEUE = 200
# What the sweep and the outbox should have done by now, with a minute's grace.
GRACE = timedelta(minutes=1)


@dataclass(frozen=True)
class Check:
    """One line: what, how it stands (a kind of ``<c-state>``), and words that say what to do when it is not well."""

    label: str
    tone: str
    state: str
    words: str


def checks(now: datetime) -> list[Check]:
    return [*_programs(now), _queue(), _statistics(now), _calendar(now)]


def _well(label: str, words: str) -> Check:
    return Check(label, "ontime", _("正常"), words)


def _programs(now: datetime) -> Iterator[Check]:
    try:
        alive = heard(now)
    except redis.RedisError:
        yield Check(
            _("后台程序"), "overdue", _("不明"), _("连不上 Valkey，看不到后台程序的状态。请检查 Valkey 是否在运行。")
        )
        return
    beats = [sign for sign in alive if sign.name == BEAT]
    workers = [sign for sign in alive if sign.name != BEAT]
    yield _program(_("定时程序"), beats[0] if beats else None, now)
    for worker in workers:
        yield _program(_("工作程序 %(name)s") % {"name": worker.name}, worker, now)
    if not workers:
        yield _program(_("工作程序"), None, now)


def _program(label: str, sign: Heartbeat | None, now: datetime) -> Check:
    if sign is None:
        return Check(label, "overdue", _("未运行"), _("一天内没有动静：提醒、督办和短信都不会发出。请启动它。"))
    if sign.late:
        words = _("上次动静在%(ago)s，迟了：提醒、督办和短信可能没有发出。请重新启动它。")
        return Check(label, "overdue", _("迟到"), words % {"ago": ago(sign.at, now=now)})
    return _well(label, _("上次动静：%(ago)s") % {"ago": ago(sign.at, now=now)})


def _queue() -> Check:
    label = _("任务队列")
    try:
        waiting = queue_length()
    except redis.RedisError:
        return Check(label, "overdue", _("不明"), _("连不上 Valkey。请检查 Valkey 是否在运行。"))
    words = _("%(count)s 个任务在排队") % {"count": waiting}
    return Check(label, "soon", _("积压"), words) if waiting > LONG_QUEUE else _well(label, words)


def _statistics(now: datetime) -> Check:
    label, fresh = _("统计"), freshness(now)
    if fresh.at is None:
        return Check(label, "soon", _("未开始"), _("还没有统计过。定时程序启动后一分钟内会开始。"))
    words = _("更新于%(ago)s") % {"ago": ago(fresh.at, now=now)}
    return Check(label, "overdue", _("迟到"), words) if fresh.stale else _well(label, words)


def _calendar(now: datetime) -> Check:
    label = _("工作日历")
    if years := missing_years(now):
        words = _("%(years)s 年没有节假日安排，暂按周末计算。请升级节假日数据包，或在后台“节假日与调休”录入。")
        return Check(label, "soon", _("缺数据"), words % {"years": _("、").join(str(year) for year in years)})
    return _well(label, _("节假日安排齐全"))


def failed_deadlines(user: "User") -> list[Deadline]:
    """The latest rungs that the sweep gave up."""
    rows = Deadline.objects.visible_to(user).failed().select_related("case", "occurrence", "community")
    return list(rows.order_by("-failed_at")[:ROWS])


def late_deadlines(user: "User", now: datetime) -> list[Deadline]:
    """Rungs whose moment has passed and that the sweep has not come by to fire."""
    rows = Deadline.objects.visible_to(user).due(now - GRACE).select_related("case", "occurrence", "community")
    return list(rows.order_by("try_at", "pk")[:ROWS])


def deliveries(user: "User") -> DeliveryQuerySet:
    """Deliveries of notices to people of the communities that the person runs, or about their cases."""
    found = reach(user, Perm.OPERATE)
    theirs = Q(notice__recipient__community__in=found.communities) | Q(notice__case__community__in=found.communities)
    rows = Delivery.objects.all() if user.is_superuser else Delivery.objects.filter(theirs)
    return rows.select_related("notice__case")


def failed_deliveries(user: "User") -> list[Delivery]:
    return list(deliveries(user).failed().order_by("-failed_at")[:ROWS])


def late_deliveries(user: "User", now: datetime) -> list[Delivery]:
    return list(deliveries(user).due(now - GRACE).order_by("not_before", "pk")[:ROWS])
