"""Who hears of a redraw: the secretary who decides, those who work in its grids, and the households that move."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from community.access.models import Post
from community.core.perms import Perm
from community.core.verbs import Step
from community.directory.models import Grid, User
from community.notices.kinds import NoticeKind, register
from community.notices.outbox import queue
from grids.drawing.models import Redraw

PLANNED = NoticeKind(
    "redraw.planned_grid",
    _("您的网格要重新划分：%(day)s起"),
    body=_("%(title)s。当天之前的事照旧办理。"),
)
MOVED = NoticeKind("redraw.moved_home", _("您家所在的楼现在属于%(grid)s"), body=_("网格员和电话见“我的网格”。"))


def register_all() -> None:
    register("redraw.submit", NoticeKind("redraw.submitted", _("请您确认：%(title)s"), (Perm.MANAGE_POSTS,)))
    register("redraw.take_effect", NoticeKind("redraw.effective", _("已生效：%(title)s"), (Perm.LEAD_COMMUNITY,)))
    register("", PLANNED, MOVED)


def follow(step: Step) -> None:
    """A follower of redraws: tell the people of the grids when it is decided, the households when it holds."""
    redraw = step.matter
    if isinstance(redraw, Redraw) and step.move.verb == "confirm":
        _tell_workers(redraw, step)
    elif isinstance(redraw, Redraw) and step.move.verb == "take_effect":
        _tell_households(redraw, step)


def _tell_workers(redraw: Redraw, step: Step) -> None:
    concerned = Grid.objects.filter(pk__in=redraw.shifts.values("source").union(redraw.shifts.values("target")))
    posts = Post.objects.filter(grid__in=concerned).on(redraw.effective_on)
    people = User.objects.filter(pk__in=posts.values("user"), is_active=True)
    params: dict[str, Any] = {"title": redraw.title, "day": redraw.effective_on.isoformat()}
    queue(PLANNED, people, now=step.now, params=params)


def _tell_households(redraw: Redraw, step: Step) -> None:
    for grid, buildings in redraw.destinations():
        people = User.objects.filter(memberships__until=None, memberships__dwelling__building__in=buildings)
        queue(MOVED, people.distinct(), now=step.now, params={"grid": grid.name})
