"""One household: its tier, its visits, and what is hidden about it."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.masking import mask_name, mask_phone
from community.access.models import Reveal
from community.access.shells import shell_for
from community.access.views import needs
from community.cases.reveal import RevealForm
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import Building, Dwelling
from grids.visits.doors import staircase
from grids.visits.forms import TierForm
from grids.visits.reach import VISITORS, places_visited
from grids.visits.tiers import RHYTHM_WORDS, TONES, HouseholdTier, Tier
from grids.visits.visit import Visit

if TYPE_CHECKING:
    from community.directory.models import User


def homes_of(user: "User") -> "QuerySet[Dwelling]":
    """Dwellings where the person visits; everybody else's do not exist."""
    places = places_visited(user, "building__estate__community", "building__grid")
    return Dwelling.objects.filter(places).select_related("building__estate__community", "building__grid")


def _home(request: HttpRequest, pk: int) -> Dwelling:
    return get_object_or_404(homes_of(cast("User", request.user)), pk=pk)


@needs(*VISITORS)
@require_safe
def building(request: HttpRequest, pk: int) -> HttpResponse:
    """The doors of one building with their tiers; each leads to its household."""
    user = cast("User", request.user)
    places = places_visited(user, "estate__community", "grid")
    found = get_object_or_404(Building.objects.filter(places).select_related("estate", "grid"), pk=pk)
    tiers = HouseholdTier.objects.current().filter(dwelling__building=found)
    states = dict(tiers.values_list("dwelling", "tier"))
    context = {
        "shell": shell_for(user), "building": found, "units": staircase(found.dwellings.all(), states),
        "tiers": Tier.choices,
    }  # fmt: skip
    return render(request, "grids/visits/building.html", context)


@needs(*VISITORS)
@require_safe
def home(request: HttpRequest, pk: int) -> HttpResponse:
    """The household's page."""
    user = cast("User", request.user)
    dwelling = _home(request, pk)
    tier = HouseholdTier.objects.current().filter(dwelling=dwelling).select_related("set_by", "plan").first()
    visits = Visit.objects.of_kind().open().filter(dwelling=dwelling).listed().order_by("opens_at")
    context = {
        "shell": shell_for(user),
        "home": dwelling,
        "people": [(mask_name(row.name), mask_phone(row.phone), row) for row in dwelling.people.order_by("pk")[:12]],
        "tier": tier,
        "tone": TONES[Tier(tier.tier)] if tier else "info",
        "rhythm": RHYTHM_WORDS[Tier(tier.tier)] if tier else "",
        "visits": list(visits[:10]),
        "records": list(dwelling.visit_records.select_related("by").prefetch_related("raised")[:20]),
    }
    return render(request, "grids/visits/home.html", context)


@needs(*VISITORS)
@require_http_methods(["GET", "POST"])
def tier(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the household into a tier; its visits are planned at once."""
    user, dwelling = cast("User", request.user), _home(request, pk)
    form = TierForm(request.POST or None, initial={"tier": Tier.REGULAR})
    if request.method == "POST" and form.is_valid():
        try:
            HouseholdTier.place(dwelling=dwelling, by=user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已调整，走访已安排。"))
            return redirect("visits:home", pk=pk)
    context = {"shell": shell_for(user), "home": dwelling, "form": form}
    return render(request, "grids/visits/tier.html", context, status=422 if form.errors else 200)


@needs(*VISITORS)
@require_POST
def end_tier(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the household out of its tier."""
    dwelling = _home(request, pk)
    for row in HouseholdTier.objects.current().filter(dwelling=dwelling):
        row.end(by=cast("User", request.user))
        messages.success(request, _("已调出，原来的走访取消了。"))
    return redirect("visits:home", pk=pk)


@needs(*VISITORS)
@require_POST
def drop_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Visit now, without a plan: the form opens at once; a second tap finds the visit of the first."""
    user, dwelling, now = cast("User", request.user), _home(request, pk), timezone.now()
    tonight = timezone.localtime(now).replace(hour=23, minute=59, second=0, microsecond=0)
    with transaction.atomic():
        Dwelling.objects.select_for_update().get(pk=dwelling.pk)
        known = Visit.objects.of_kind().open().filter(dwelling=dwelling, opens_at__lte=tonight).order_by("pk").first()
        found = known or Visit.send(
            dwelling=dwelling, by=user, now=now, until=tonight, assignee=user,
            name=_("随访 %(home)s") % {"home": dwelling},
        )  # fmt: skip
    return redirect("visits:visit", pk=found.pk)


@needs(Perm.REVEAL)
@never_cache
@require_http_methods(["GET", "POST"])
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Why the household is visited and what is written in confidence: for a reason, written down first."""
    user, dwelling = cast("User", request.user), _home(request, pk)
    grid = dwelling.building.grid
    if not reach(user, Perm.REVEAL).covers(grid.community_id, grid.pk):
        raise PermissionDenied
    form = RevealForm(request.POST or None)
    shown: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        person = dwelling.householder or dwelling.people.order_by("pk").first()
        Reveal.record(
            by=user, fact=Reveal.Fact.CARE_GROUPS, reason=form.cleaned_data["reason"],
            community_id=grid.community_id, person=person,
        )  # fmt: skip
        shown = _hidden(dwelling)
    context = {"shell": shell_for(user), "home": dwelling, "form": form, "shown": shown}
    return render(request, "grids/visits/reveal.html", context, status=422 if form.errors else 200)


def _hidden(dwelling: Dwelling) -> dict[str, Any]:
    return {
        "groups": dwelling.care_groups,
        "people": list(dwelling.people.order_by("pk")[:12]),
        "tiers": list(dwelling.tiers.select_related("set_by").order_by("-pk")[:10]),
        "notes": list(dwelling.visit_records.exclude(private_note="").select_related("by")[:20]),
    }
