"""Patrols: one on a phone, and the staff's list of all."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import needs, signed_in
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.workflow import MoveError
from grids.finding import FindingForm
from grids.forms import PatrolFilter
from grids.models import Incident, Patrol

if TYPE_CHECKING:
    from community.directory.models import User
    from grids.models.patrol import PatrolQuerySet


def _find(request: HttpRequest, pk: int) -> Patrol:
    rows = Patrol.objects.visible_to(cast("User", request.user)).select_related("community", "grid", "assignee")
    return get_object_or_404(rows, pk=pk)


@signed_in
@require_safe
def patrol(request: HttpRequest, pk: int) -> HttpResponse:
    """One patrol: start it, log what is found, finish it; afterwards its record."""
    found = _find(request, pk)
    return _page(request, found, _blank(request, found) if _walks(request, found) else None)


def _walks(request: HttpRequest, found: Patrol) -> bool:
    return found.status == Patrol.Status.STARTED and found.assignee_id == request.user.pk


def _blank(request: HttpRequest, found: Patrol) -> FindingForm:
    return FindingForm(user=cast("User", request.user), patrol=found, initial={"request_key": uuid4()})


def _page(request: HttpRequest, found: Patrol, form: FindingForm | None) -> HttpResponse:
    user = cast("User", request.user)
    findings = list(found.findings.select_related("category", "building__estate").order_by("-pk"))
    context = {
        "shell": shell_for(user),
        "patrol": found,
        "form": form,
        "findings": findings,
        "fixed": sum(1 for row in findings if row.fixed_on_spot),
        "moves": [move.verb for move in found.moves_for(user)],
        "notes": [row for row in found.timeline.select_related("actor") if row.note],
    }
    return render(request, "grids/patrol.html", context, status=422 if form and form.is_bound else 200)


@needs(Perm.PATROL)
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, "start")


@needs(Perm.PATROL)
@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, "finish")


def _move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    found = _find(request, pk)
    try:
        getattr(found, verb)(by=request.user, note=request.POST.get("note", "").strip()[:2000])
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("grids:patrol", pk=pk)


@needs(Perm.PATROL)
@require_http_methods(["GET", "POST"])
def add_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Log a finding; sent twice by a weak network, it is logged once. Looking at the address leads to the patrol."""
    found = _find(request, pk)
    if request.method == "GET":
        return redirect("grids:patrol", pk=pk)
    if not _walks(request, found):
        messages.warning(request, _("这次巡查已经结束，或不由您负责，请从“今天”重新进入。"))
        return redirect("grids:patrol", pk=pk)
    form = FindingForm(request.POST, request.FILES, user=cast("User", request.user), patrol=found)
    if incident := form.raised():
        messages.success(request, _told(cast(Incident, incident.concrete)))
        return redirect("grids:patrol", pk=pk)
    return _page(request, found, form)


def _told(incident: Incident) -> str:
    words = _("已记下随手解决：%(title)s") if incident.fixed_on_spot else _("已上报：%(title)s")
    return words % {"title": incident.title}


@needs(Perm.HANDLE_INCIDENTS, Perm.SEE_DASHBOARD)
@require_safe
def patrols(request: HttpRequest) -> HttpResponse:
    """The staff's list of patrols, with what was found on each."""
    user = cast("User", request.user)
    chosen = PatrolFilter(request.GET, user=user)
    rows = Patrol.objects.visible_to(user).filter(day__lte=timezone.localdate())
    rows = _narrowed(rows, chosen.cleaned_data) if chosen.is_valid() else rows.none()
    page = newest_first(rows.select_related("grid", "assignee").with_findings(), request.GET)
    template = "grids/_patrols.html" if request.htmx else "grids/patrols.html"  # type: ignore[attr-defined]
    return render(request, template, {"shell": shell_for(user), "page": page, "filter": chosen})


def _narrowed(rows: "PatrolQuerySet", chosen: dict[str, Any]) -> "PatrolQuerySet":
    names = {"state": "status", "day": "day", "grid": "grid", "community": "community"}
    rows = rows.filter(**{column: chosen[name] for name, column in names.items() if chosen.get(name)})
    if chosen.get("gridless"):
        rows = rows.filter(grid=None)
    if chosen.get("days"):
        rows = rows.filter(day__gt=timezone.localdate() - timedelta(days=chosen["days"]))
    return rows
