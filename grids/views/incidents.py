"""Incidents: the staff's list, reporting one, its receipt, and mine. An incident's own page is ``cases:page``."""

from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import needs, signed_in
from community.core.paging import newest_first
from community.core.perms import Perm
from grids.finding import ReportForm
from grids.forms import IncidentFilter
from grids.models import Incident

if TYPE_CHECKING:
    from community.directory.models import User
    from grids.models.incident import IncidentQuerySet


@needs(Perm.HANDLE_INCIDENTS, Perm.SEE_DASHBOARD)
@require_safe
def incidents(request: HttpRequest) -> HttpResponse:
    """The staff's list with filters; every figure of the dashboard leads here."""
    user = cast("User", request.user)
    chosen = IncidentFilter(request.GET, user=user)
    rows = Incident.objects.in_reach_of(user).listed()
    rows = narrowed(rows, chosen.cleaned_data) if chosen.is_valid() else rows.none()
    page = newest_first(rows, request.GET, scattered=bool(request.GET.get("due")))
    template = "grids/_incidents.html" if request.htmx else "grids/incidents.html"  # type: ignore[attr-defined]
    return render(request, template, {"shell": shell_for(user), "page": page, "filter": chosen})


def narrowed(rows: "IncidentQuerySet", chosen: dict[str, Any]) -> "IncidentQuerySet":
    """The list's filters, which the map shares."""
    rows = rows.filter(**{name: chosen[name] for name in ("category", "grid", "community") if chosen.get(name)})
    now = timezone.now()
    if chosen.get("state") == "open":
        rows = rows.open()
    elif chosen.get("state"):
        rows = rows.filter(status=chosen["state"])
    if chosen.get("due"):
        rows = rows.overdue(now) if chosen["due"] == "overdue" else rows.due_soon(now)
    if chosen.get("gridless"):
        rows = rows.filter(grid=None)
    if chosen.get("feedback"):
        return rows.with_feedback(chosen["feedback"], chosen.get("days"))
    if chosen.get("days"):
        rows = rows.in_last(chosen["days"], chosen["moment"] or "raised_at")
    return rows


@signed_in
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """“反映问题”; the same request sent twice leads to the same receipt."""
    user = cast("User", request.user)
    form = ReportForm(request.POST or None, request.FILES or None, user=user, initial={"request_key": uuid4()})
    if incident := form.raised():
        return redirect("grids:receipt", number=incident.number)
    context = {"shell": shell_for(user), "form": form}
    return render(request, "grids/report.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The number, what happens next and by when."""
    user = cast("User", request.user)
    rows = Incident.objects.told_by(user).select_related("category", "grid")
    incident = get_object_or_404(rows, number=number)
    context = {"shell": shell_for(user), "incident": incident, "others": len(incident.said)}
    return render(request, "grids/receipt.html", context)


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I have reported, first or after others."""
    user = cast("User", request.user)
    page = newest_first(Incident.objects.told_by(user).listed(), request.GET)
    return render(request, "grids/mine.html", {"shell": shell_for(user), "page": page})
