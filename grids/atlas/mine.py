"""“我的网格”: who looks after one's home, and how to call them; works in 长辈版 with one large button a call."""

from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from community.access.shells import shell_for
from community.access.views import signed_in
from community.directory.models import Grid, Membership
from grids.atlas.levels import levels_of, workers_in

if TYPE_CHECKING:
    from community.directory.models import User


@signed_in
@require_safe
def my_grid(request: HttpRequest) -> HttpResponse:
    """The grid of the household that the account has joined."""
    user = cast("User", request.user)
    home = Membership.objects.current().filter(user=user)
    membership = home.select_related("dwelling__building__grid__community", "dwelling__building__estate").first()
    context: dict[str, Any] = {"shell": shell_for(user), "membership": membership}
    if membership is not None:
        context |= _of(membership.dwelling.building.grid)
    return render(request, "grids/atlas/mine.html", context)


def _of(grid: Grid) -> dict[str, Any]:
    levels = levels_of(grid, timezone.localdate())
    return {"grid": grid, "levels": levels, "workers": workers_in(levels), "buildings": grid.buildings.count()}
