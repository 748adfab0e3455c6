"""敲门行动 on a phone: buildings, the staircase of one, and a door."""

from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import MoveError
from community.directory.models import Building, Dwelling, Grid
from grids.visits.doors import Progress, progress, staircase, states_of
from grids.visits.forms import DoorForm, RoundForm
from grids.visits.found import Outcome
from grids.visits.reach import VISITORS
from grids.visits.rounds import Round

if TYPE_CHECKING:
    from community.directory.models import User


def _find(request: HttpRequest, pk: int) -> Round:
    rows = Round.objects.visible_to(cast("User", request.user)).select_related("grid", "community")
    return get_object_or_404(rows, pk=pk)


@needs(*VISITORS)
@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """Every round of the places one visits, newest first."""
    user = cast("User", request.user)
    page = newest_first(Round.objects.visible_to(user).listed(), request.GET)
    context = {"shell": shell_for(user), "page": page, "grids": _led_grids(user)}
    return render(request, "grids/visits/rounds.html", context)


def _led_grids(user: "User") -> "QuerySet[Grid]":
    """Where the person may announce a round."""
    led = [reach(user, perm).within("community", "pk") for perm in (Perm.LEAD_GRID, Perm.LEAD_COMMUNITY)]
    return Grid.objects.filter(led[0] | led[1]).order_by("code")


@needs(Perm.LEAD_GRID, Perm.LEAD_COMMUNITY)
@require_http_methods(["GET", "POST"])
def announce(request: HttpRequest, grid_pk: int) -> HttpResponse:
    """Announce a round in one grid; sent twice, it is one round."""
    user = cast("User", request.user)
    grid = get_object_or_404(_led_grids(user), pk=grid_pk)
    form = RoundForm(request.POST or None, grid=grid, initial={"request_key": uuid4()})
    if request.method == "POST" and form.is_valid():
        known = Round.objects.filter(request_key=form.cleaned_data["request_key"] or uuid4()).first()
        try:
            found = known or Round.open_up(by=user, grid=grid, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已发起，网格员的“今天”里看得到。"))
            return redirect("visits:round", pk=found.pk)
    context = {"shell": shell_for(user), "form": form, "grid": grid}
    return render(request, "grids/visits/announce.html", context, status=422 if form.errors else 200)


@needs(*VISITORS)
@require_safe
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: how far each building has come, and the doors to go back to."""
    user, found = cast("User", request.user), _find(request, pk)
    buildings = list(found.buildings.select_related("estate").order_by("estate", "pk"))
    dwellings = list(Dwelling.objects.filter(building__in=buildings).select_related("building__estate"))
    states = states_of(found)
    lines = progress(buildings, dwellings, states)
    context = {
        "shell": shell_for(user),
        "round": found,
        "lines": lines,
        "sum": _sum(lines),
        "again": [row for row in dwellings if states.get(row.pk) == Outcome.NOBODY][:60],
        "moves": found.moves_for(user),
        "notes": [row for row in found.timeline.select_related("actor").exclude(verb="knock") if row.note],
    }
    return render(request, "grids/visits/round.html", context)


def _sum(lines: list[Progress]) -> dict[str, int]:
    total, reached = sum(line.total for line in lines), sum(line.reached for line in lines)
    return {
        "total": total,
        "reached": reached,
        "nobody": sum(line.nobody for line in lines),
        "share": round(100 * reached / total) if total else 0,
    }


@needs(*VISITORS)
@require_safe
def round_building(request: HttpRequest, pk: int, building_pk: int) -> HttpResponse:
    """The staircase of one building: floors by doors, each with how it stands."""
    found = _find(request, pk)
    building = get_object_or_404(found.buildings.select_related("estate"), pk=building_pk)
    dwellings, states = list(building.dwellings.all()), states_of(found)
    context = {
        "shell": shell_for(cast("User", request.user)),
        "round": found,
        "building": building,
        "line": progress([building], dwellings, states)[0],
        "units": staircase(dwellings, states),
        "next": _next_building(found, building),
        "open": "knock" in [move.verb for move in found.moves_for(cast("User", request.user))],
    }
    return render(request, "grids/visits/staircase.html", context)


def _next_building(found: Round, building: Building) -> Building | None:
    return found.buildings.filter(pk__gt=building.pk).order_by("pk").first()


@needs(*VISITORS)
@require_http_methods(["GET", "POST"])
def knock(request: HttpRequest, pk: int, dwelling_pk: int) -> HttpResponse:
    """One door of a round; “nobody home” and “refused” are one tap, a talk is the form."""
    user, found = cast("User", request.user), _find(request, pk)
    doors = Dwelling.objects.filter(building__rounds=found).select_related(
        "building__estate__community", "building__grid"
    )
    dwelling = get_object_or_404(doors, pk=dwelling_pk)
    form = DoorForm(request.POST or None, user=user, dwelling=dwelling, initial={"request_key": uuid4()})
    if request.method == "POST" and form.is_valid() and _knocked(request, found, dwelling, form):
        return redirect("visits:staircase", pk=pk, building_pk=dwelling.building_id)
    records = dwelling.visit_records.filter(duty=found.pk).select_related("by")
    context: dict[str, Any] = {
        "shell": shell_for(user), "round": found, "home": dwelling, "form": form, "records": list(records[:10]),
        "open": "knock" in [move.verb for move in found.moves_for(user)], "people": form.people, "staff": True,
    }  # fmt: skip
    return render(request, "grids/visits/knock.html", context, status=422 if form.errors else 200)


def _knocked(request: HttpRequest, found: Round, dwelling: Dwelling, form: DoorForm) -> bool:
    try:
        with transaction.atomic():
            found.knock(by=request.user, now=timezone.now(), dwelling=dwelling, outcome=form.result, found=form.found)
    except IntegrityError:
        # The same tap sent twice by a weak network; what is known stands.
        if not dwelling.visit_records.filter(by=request.user.pk, request_key=form.found.request_key).exists():
            raise
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    return True


@needs(Perm.LEAD_GRID, Perm.LEAD_COMMUNITY)
@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, "finish")


@needs(Perm.LEAD_GRID, Perm.LEAD_COMMUNITY)
@require_POST
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, "call_off")


def _move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    found = _find(request, pk)
    try:
        getattr(found, verb)(by=request.user, note=request.POST.get("note", "").strip()[:2000])
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("visits:round", pk=pk)
