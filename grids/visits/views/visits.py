"""Visits: the list, and one visit at its door."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import needs, signed_in
from community.core.paging import newest_first
from community.core.workflow import MoveError
from grids.visits.forms import DoorForm, VisitFilter, again_at
from grids.visits.found import Outcome
from grids.visits.reach import VISITORS, may_visit_at
from grids.visits.tiers import HouseholdTier
from grids.visits.visit import Visit

if TYPE_CHECKING:
    from community.directory.models import User
    from grids.visits.visit import VisitQuerySet

VERBS = {Outcome.MET: "meet", Outcome.REFUSED: "refused", Outcome.NOBODY: "nobody_home"}


@needs(*VISITORS)
@require_safe
def visits(request: HttpRequest) -> HttpResponse:
    """The staff's list; every figure of the dashboard leads here."""
    user = cast("User", request.user)
    chosen = VisitFilter(request.GET, user=user)
    rows = Visit.objects.visible_to(user).listed()
    rows = _narrowed(rows, chosen.cleaned_data) if chosen.is_valid() else rows.none()
    page = newest_first(rows, request.GET)
    template = "grids/visits/_list.html" if request.htmx else "grids/visits/list.html"  # type: ignore[attr-defined]
    return render(request, template, {"shell": shell_for(user), "page": page, "filter": chosen})


def _narrowed(rows: "VisitQuerySet", chosen: dict[str, Any]) -> "VisitQuerySet":
    rows = rows.filter(**{name: chosen[name] for name in ("grid", "community") if chosen.get(name)})
    if chosen.get("state") == "open":
        rows = rows.open()
    elif chosen.get("state"):
        rows = rows.filter(status=chosen["state"])
    if why := chosen.get("why"):
        rows = rows.filter(about__isnull=why != "follow_up")
        rows = rows.filter(name="") if why == "plan" else rows.exclude(name="")
    if chosen.get("gridless"):
        rows = rows.filter(grid=None)
    if chosen.get("days"):
        first = timezone.localdate() - timedelta(days=chosen["days"] - 1)
        rows = rows.filter(day__gte=first, day__lte=timezone.localdate())
    return rows


@signed_in
@require_http_methods(["GET", "POST"])
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """One visit: where, why, what was found last time, and the form; afterwards its record."""
    user = cast("User", request.user)
    found = get_object_or_404(Visit.objects.visible_to(user).listed(), pk=pk)
    form = DoorForm(
        request.POST or None, user=user, dwelling=cast(Any, found.dwelling), visit=found,
        initial={"request_key": uuid4()},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and _written(request, found, form):
        return redirect("visits:visit", pk=pk)
    return render(request, "grids/visits/visit.html", _context(found, form, user), status=422 if form.errors else 200)


def _written(request: HttpRequest, found: Visit, form: DoorForm) -> bool:
    """Make the move; a visit that somebody else has just made is said so, nothing is written twice."""
    now = timezone.now()
    details: dict[str, Any] = {"found": form.found}
    if form.result == Outcome.NOBODY:
        details["again_at"], details["until"] = again_at(form.cleaned_data["again"], now)
    try:
        getattr(found, VERBS[Outcome(form.result)])(by=request.user, now=now, note=form.found.note, **details)
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    else:
        messages.success(request, _("已记下，各处台账一并更新了。") if form.result == Outcome.MET else _("已记下。"))
    return True


def _context(found: Visit, form: DoorForm, user: "User") -> dict[str, Any]:
    dwelling, known = found.dwelling_id, may_visit_at(user, found.community_id, found.grid_id)
    records = found.records.select_related("by").prefetch_related("raised", "present")
    moves = [move.verb for move in found.moves_for(user)]
    before = None
    if known and found.dwelling:
        before = found.dwelling.visit_records.exclude(duty_id=found.pk).select_related("by").first()
    return {
        "shell": shell_for(user),
        "visit": found,
        "form": form if "meet" in moves else None,
        "moves": moves,
        "staff": known,
        "tier": HouseholdTier.objects.current().filter(dwelling=dwelling).first() if known else None,
        "records": list(records),
        "before": before,
        "people": form.people if found.ended_at is None else [],
    }
