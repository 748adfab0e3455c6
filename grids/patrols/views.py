"""The patrol as an app, and the check-points with their printed codes."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import Grid
from grids.finding import FoundForm
from grids.models import CheckPoint
from grids.patrols.forms import CheckPointForm
from grids.patrols.words import words

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from community.directory.models import User

MOST_PHOTOS = 6


@needs(Perm.PATROL)
@never_cache
@ensure_csrf_cookie
@require_safe
def walk(request: HttpRequest) -> HttpResponse:
    """One page for the whole walk. It holds no matter of anybody: what is shown comes out of the phone itself."""
    user = cast("User", request.user)
    context = {
        "shell": shell_for(user),
        "form": FoundForm(user=user),
        "words": words(),
        "leads": bool(reach(user, Perm.LEAD_GRID) or reach(user, Perm.LEAD_COMMUNITY)),
        "most_photos": MOST_PHOTOS,
        "pack": reverse("api:patrol-pack"),
        "sync": reverse("api:patrol-sync"),
    }
    return render(request, "grids/patrols/walk.html", context)


@needs(Perm.PATROL)
@require_safe
def point(request: HttpRequest, token: str) -> HttpResponse:
    """Where a printed code leads when an ordinary camera reads it."""
    return redirect(reverse("grids:walk") + f"#point={token}")


def _led(user: "User") -> "QuerySet[Grid]":
    """The grids whose check-points the person looks after."""
    leads = reach(user, Perm.LEAD_GRID).within("community", "pk")
    return Grid.objects.filter(leads | reach(user, Perm.LEAD_COMMUNITY).within("community", "pk"))


@needs(Perm.LEAD_GRID, Perm.LEAD_COMMUNITY)
@require_safe
def routes(request: HttpRequest) -> HttpResponse:
    """The grids one leads; a single one is shown at once."""
    user = cast("User", request.user)
    grids = list(_led(user).order_by("code")[:100])
    if len(grids) == 1:
        return redirect("grids:route", pk=grids[0].pk)
    return render(request, "grids/patrols/routes.html", {"shell": shell_for(user), "grids": grids})


@needs(Perm.LEAD_GRID, Perm.LEAD_COMMUNITY)
def route(request: HttpRequest, pk: int) -> HttpResponse:
    """The check-points of one grid; POST adds one at the end."""
    grid = get_object_or_404(_led(cast("User", request.user)), pk=pk)
    form = CheckPointForm(request.POST or None, grid=grid)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("已加上检查点：%(name)s") % {"name": form.instance.name})
        return redirect("grids:route", pk=pk)
    return _shown(request, "route", grid, 422 if form.is_bound else 200, form=form)


@needs(Perm.LEAD_GRID, Perm.LEAD_COMMUNITY)
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a check-point off the route, or put it back. What was ticked there stays told."""
    found = get_object_or_404(CheckPoint.objects.filter(grid__in=_led(cast("User", request.user))), pk=pk)
    found.active = not found.active
    found.save(update_fields=["active"])
    words = _("已启用检查点：%(name)s") if found.active else _("已停用检查点：%(name)s")
    messages.success(request, words % {"name": found.name})
    return redirect("grids:route", pk=found.grid_id)


@needs(Perm.LEAD_GRID, Perm.LEAD_COMMUNITY)
@require_safe
def codes(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet of codes to print, cut and hang up."""
    grid = get_object_or_404(_led(cast("User", request.user)), pk=pk)
    return _shown(request, "codes", grid)


def _shown(request: HttpRequest, page: str, grid: Grid, status: int = 200, **more: Any) -> HttpResponse:
    points = list(CheckPoint.objects.filter(grid=grid).order_by("order", "pk"))
    for each in points:
        each.address = request.build_absolute_uri(reverse("grids:point", args=[each.token]))  # type: ignore[attr-defined]
    context = {"shell": shell_for(cast("User", request.user)), "grid": grid, "points": points}
    return render(request, f"grids/patrols/{page}.html", context | more, status=status)
