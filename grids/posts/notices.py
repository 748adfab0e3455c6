"""What is said to whom as seats are found empty, offered, claimed and filled."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from community.access.holders import nearest_holders
from community.core.perms import Perm
from community.core.verbs import Step
from community.directory.models import User
from community.notices.kinds import SMS, NoticeKind, case_facts, register
from community.notices.outbox import queue
from grids.posts.models import Licence, Reservist, Seat

WANTED = NoticeKind("seat.wanted", _("有个岗位等人来认：%(title)s"), body=_("您在储备库里，愿意的话请来认岗。"))

SHORT = NoticeKind(
    "licence.short",
    _("上岗证先于任期到期：%(title)s"),
    body=_("%(who)s的证 %(day)s 到期，任期还没有满，请到“上岗证”换发新证。"),
)


def with_note(step: Step) -> dict[str, Any]:
    return {**case_facts(step), "note": step.note}


def with_day(step: Step) -> dict[str, Any]:
    former = step.matter.former  # type: ignore[attr-defined]
    who, day = (str(former.user), f"{former.ends_on}") if former else ("", "")
    return {**case_facts(step), "who": who, "day": day}


def register_all() -> None:
    register("seat.find_vacant", NoticeKind("seat.vacant", _("岗位空缺：%(title)s"), ("awaits",)))
    register(
        "seat.find_expiring",
        NoticeKind("seat.expiring", _("任期将满：%(title)s"), ("awaits",), _("%(who)s的任期到 %(day)s，请续任或换人。"),
                   params=with_day),
    )  # fmt: skip
    register("seat.claim", NoticeKind("seat.claimed", _("有人认岗，请审批：%(title)s"), ("awaits",)))
    register(
        "seat.approve",
        NoticeKind("seat.approved", _("您已上岗：%(title)s"), ("handler",), _("职责见“认岗”页，谢谢您。"), (SMS,)),
    )
    register(
        "seat.refuse",
        NoticeKind("seat.refused", _("这次没有通过认岗：%(title)s"), ("former_handler",), "%(note)s", params=with_note),
    )
    register("", WANTED)
    register("", SHORT)


def tell_of_short(licence: Licence, now: datetime) -> None:
    """To the holder, and to the nearest who may hand out a new one."""
    post = licence.post
    fillers = nearest_holders(_perm(licence), community_id=licence.community_id, grid_id=post.grid_id)
    params = {"title": str(post.role), "who": str(post.user), "day": licence.expires_on.isoformat()}
    queue(SHORT, dict.fromkeys([post.user, *fillers]), now=now, params=params)


def _perm(licence: Licence) -> Perm:
    if licence.post.role.staff:
        return Perm.MANAGE_POSTS
    return Perm.LEAD_GRID if licence.post.grid_id else Perm.LEAD_COMMUNITY


def follow(step: Step) -> None:
    """A follower: what is offered is told to those of the reserve whom it fits."""
    seat = step.matter
    if not isinstance(seat, Seat):
        return
    if step.move.verb in ("offer", "put_up"):
        people = User.objects.filter(
            reservists__in=Reservist.objects.filter(community=seat.community_id).fit_for(seat.role, seat.scope),
            is_active=True,
        )
        queue(WANTED, people.distinct(), now=step.now, matter=seat, params=case_facts(step))
