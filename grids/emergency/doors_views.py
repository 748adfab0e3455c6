"""Knocking at doors: the buildings of an emergency, the doors of one, and one tap per door."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import signed_in
from community.core.workflow import MoveError
from grids.emergency.models import DoorCheck, Emergency

if TYPE_CHECKING:
    from community.directory.models import User


def _find(request: HttpRequest, number: str) -> tuple[Emergency, Any]:
    """The emergency with the doors that the person may knock at; 404 when there are none for them."""
    user = cast("User", request.user)
    emergency = get_object_or_404(Emergency.objects.select_related("community"), number=number)
    doors = DoorCheck.objects.visible_to(user).filter(emergency=emergency)
    if not doors.exists():
        raise Http404
    return emergency, doors


@signed_in
@never_cache
@require_safe
def buildings(request: HttpRequest, number: str) -> HttpResponse:
    user = cast("User", request.user)
    emergency, doors = _find(request, number)
    context = {"shell": shell_for(user), "emergency": emergency, "buildings": doors.by_building()}
    return render(request, "grids/emergency/buildings.html", context)


@signed_in
@never_cache
@require_safe
def doors(request: HttpRequest, number: str, building: int) -> HttpResponse:
    user = cast("User", request.user)
    emergency, found = _find(request, number)
    rows = list(found.filter(building=building).select_related("dwelling", "building__estate", "checked_by"))
    if not rows:
        raise Http404
    context = {"shell": shell_for(user), "emergency": emergency, "doors": rows, "building": rows[0].building}
    return render(request, "grids/emergency/doors.html", context)


@signed_in
@require_POST
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Safe, needs help, or not reached; htmx puts the row in its place."""
    user = cast("User", request.user)
    rows = DoorCheck.objects.visible_to(user).select_related("emergency", "dwelling", "building", "checked_by")
    door = get_object_or_404(rows, pk=pk)
    state = request.POST.get("state", "")
    if state in DoorCheck.State.values:
        try:
            door.mark(state, by=user, now=timezone.now(), note=request.POST.get("note", ""))
        except MoveError as refusal:
            messages.warning(request, str(refusal.message))
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "grids/emergency/_door.html", {"door": door, "emergency": door.emergency})
    return redirect("emergency:doors", number=door.emergency.number, building=door.building_id)
