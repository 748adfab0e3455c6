"""The list of recurring spots, and settling one."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.cases.topics import address_for
from community.core.paging import newest_first
from community.core.perms import Perm
from grids.models import Incident
from grids.spots.marking import WITHIN, proposal_of
from grids.spots.models import RecurringSpot
from grids.suggesting.places import near
from grids.suggesting.traces import Trace

if TYPE_CHECKING:
    from community.directory.models import User

SHOWN = 50


class SettleForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("怎样了结的"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "data-count": ""}),
        error_messages={"required": gettext_lazy("请写明怎样了结的。")},
    )


@needs(Perm.SEE_DASHBOARD, Perm.LEAD_GRID)
@require_safe
def spots(request: HttpRequest) -> HttpResponse:
    """Open ones, the latest marked first; ``?community=`` narrows, as the street's figures do."""
    user = cast("User", request.user)
    rows = RecurringSpot.objects.visible_to(user).open()
    place = request.GET.get("community", "")
    if place.isascii() and place.isdecimal() and len(place) < 10:
        rows = rows.filter(community=int(place))
    page = newest_first(rows.select_related("building__estate", "grid", "community", "category"), request.GET)
    return render(request, "grids/spots/spots.html", {"shell": shell_for(user), "page": page})


@needs(Perm.SEE_DASHBOARD, Perm.LEAD_GRID)
@require_http_methods(["GET", "POST"])
def spot(request: HttpRequest, pk: int) -> HttpResponse:
    """One spot: what was reported there, the topic it offers, and settling it."""
    user = cast("User", request.user)
    rows = RecurringSpot.objects.visible_to(user).select_related("building__estate", "grid", "community", "category")
    found = get_object_or_404(rows, pk=pk)
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _settled(found, form, user):
        messages.success(request, _("已了结；再有三次会重新标记。"))
        return redirect("grids:spots")
    return render(request, "grids/spots/spot.html", _context(found, form, user), status=422 if form.is_bound else 200)


def _settled(found: RecurringSpot, form: SettleForm, user: "User") -> bool:
    try:
        found.settle(by=user, note=form.cleaned_data["note"], now=timezone.now())
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _context(found: RecurringSpot, form: SettleForm, user: "User") -> dict[str, Any]:
    incidents = list(_incidents_at(found, user))
    proposal = proposal_of(found, [row.number for row in incidents])
    return {
        "shell": shell_for(user),
        "spot": found,
        "incidents": incidents,
        "form": form if found.settled_at is None else None,
        "proposal": proposal,
        "topic": address_for(proposal, user),
    }


def _incidents_at(found: RecurringSpot, user: "User") -> Any:
    """The reports behind it that still have a trace, newest first."""
    rows = Incident.objects.in_reach_of(user).listed()
    rows = rows.filter(category__code=found.code, raised_at__gt=found.last_at - WITHIN).exclude(status="void")
    if found.building_id is not None:
        return rows.filter(building=found.building_id).order_by("-pk")[:SHOWN]
    beside = Trace.objects.filter(near((found.lat or 0.0, found.lng or 0.0)), building=None)
    return rows.filter(community=found.community_id, pk__in=beside.values("pk")).order_by("-pk")[:SHOWN]
