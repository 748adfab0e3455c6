"""The map of incidents: its page, its points, and the houses below them."""

from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.core.perms import Perm
from grids.mapping.forms import BoxForm, MapFilter
from grids.mapping.ground import first_view, houses_in, tiles
from grids.mapping.points import heat, shown
from grids.models import Incident
from grids.views.incidents import narrowed

if TYPE_CHECKING:
    from community.directory.models import User
    from grids.models.incident import IncidentQuerySet

STAFF = (Perm.HANDLE_INCIDENTS, Perm.SEE_DASHBOARD)
LEGEND = (
    ("overdue", "alarm", _("已超时")),
    ("soon", "hourglass", _("即将到期")),
    ("ontime", "clock", _("期限内")),
    ("paused", "clock-pause", _("暂停或待核查")),
    ("done", "circle-check", _("已结案")),
)


@needs(*STAFF)
@require_safe
def incident_map(request: HttpRequest) -> HttpResponse:
    """The page; points come by script, and the list is a link away without."""
    user = cast("User", request.user)
    context = {
        "shell": shell_for(user),
        "filter": MapFilter(request.GET, user=user),
        "view": first_view(user),
        "tiles": tiles(),
        "legend": LEGEND,
    }
    return render(request, "grids/mapping/map.html", context)


@needs(*STAFF)
@require_safe
def points(request: HttpRequest) -> JsonResponse:
    """What lies in view, narrowed as on the list: points, cells or heat."""
    asked = BoxForm(request.GET)
    if not asked.is_valid():
        return JsonResponse({"errors": asked.errors.get_json_data()}, status=422)
    rows = _rows(request)
    if asked.cleaned_data["heat"]:
        return JsonResponse({"heat": heat(rows, asked.box)})
    return JsonResponse(shown(rows, asked.box, timezone.now()))


def _rows(request: HttpRequest) -> "IncidentQuerySet":
    user = cast("User", request.user)
    chosen = MapFilter(request.GET, user=user)
    rows = Incident.objects.in_reach_of(user).of_kind()
    return narrowed(rows, chosen.cleaned_data) if chosen.is_valid() else rows.none()


@needs(*STAFF)
@require_safe
def houses(request: HttpRequest) -> JsonResponse:
    """The houses in view, for the schematic ground."""
    asked = BoxForm(request.GET)
    if not asked.is_valid():
        return JsonResponse({"errors": asked.errors.get_json_data()}, status=422)
    found: dict[str, Any] = {"houses": houses_in(cast("User", request.user), asked.box)}
    return JsonResponse(found)
