"""The front door: residents see what they can do, staff go straight to their day or their desk."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from community.access.models import Post
from community.access.shells import OFFICE, WORKER, shell_for
from community.access.views import public
from community.cases.titles import titles_of
from community.core.models import Case
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import Community, Grid
from wishes.models import Wish

if TYPE_CHECKING:
    from community.directory.models import User

DESKS = {OFFICE: "dashboards:secretary", WORKER: "grids:today"}


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Staff to their place of work; everyone else to the resident's front page."""
    if not request.user.is_authenticated:
        return render(request, "home/visitor.html", {"communities": Community.objects.all()[:50]})
    user = request.user
    desk = desk_of(user)
    if desk and "stay" not in request.GET:
        return redirect(_address(desk))
    grid = grid_of(user)
    mine = list(Case.objects.filter(raised_by=user).open().order_by("-pk")[:3])
    waiting = list(Case.objects.filter(awaits_user=user).open().order_by("due_at", "pk")[:3])
    titles = titles_of(mine + waiting)
    context = {
        "mine": [(case, titles[case.pk]) for case in mine],
        "waiting": [(case, titles[case.pk]) for case in waiting],
        "board": Wish.objects.board_of(user).select_related("building__estate").order_by("-pk")[:3],
        "grid": grid,
        "workers": workers_of(grid) if grid else [],
    }
    return render(request, "home/resident.html", context)


def desk_of(user: "User") -> str:
    """Where the person works: mediators share the workers' shell, not their day."""
    desk = DESKS.get(shell_for(user), "")
    return "mediation:files" if desk == "grids:today" and not reach(user, Perm.PATROL) else desk


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse("home") + "?stay"


def grid_of(user: "User") -> Grid | None:
    """The grid of the household that the account has joined."""
    person = user.person if user.person_id else None
    return person.dwelling.building.grid if person and person.dwelling else None


def workers_of(grid: Grid) -> list[Post]:
    """Who works in the grid today: names and phones are published by rule (滨州网格条例)."""
    posts = Post.objects.at(grid).on(timezone.localdate()).filter(role__code="grid_worker")
    return list(posts.select_related("user"))


@public
@require_safe
def phones(request: HttpRequest, community_id: int | None = None) -> HttpResponse:
    """Suggestions and complaints: the community's phone, and of each grid its worker and supervision phone."""
    own = getattr(request.user, "community_id", None)
    chosen = community_id or own
    if chosen is None:
        return render(request, "home/phones.html", {"communities": Community.objects.all()[:50]})
    community = get_object_or_404(Community, pk=chosen)
    posts = Post.objects.filter(grid__community=community, role__code="grid_worker").on(timezone.localdate())
    workers: dict[int, list[Post]] = {}
    for post in posts.select_related("user"):
        workers.setdefault(post.grid_id or 0, []).append(post)
    grids = [(grid, workers.get(grid.pk, [])) for grid in community.grids.standing(timezone.localdate())]
    return render(request, "home/phones.html", {"community": community, "grids": grids})
