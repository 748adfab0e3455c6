"""批量分类: households are ticked in a list or named in a workbook, looked over, and put into a tier together."""

from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.core.paging import newest_first
from grids.visits.choosing import HomeFilter, NamesForm, PlaceForm
from grids.visits.reach import VISITORS
from grids.visits.tierings import MOST, Tiering
from grids.visits.tiers import TONES, Tier
from grids.visits.views.homes import homes_of

if TYPE_CHECKING:
    from community.directory.models import Dwelling, User

PAGE = 100
LATELY = 5


@needs(*VISITORS)
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The list to tick households in."""
    return _list(request, NamesForm())


def _list(request: HttpRequest, names: NamesForm) -> HttpResponse:
    user = cast("User", request.user)
    chosen = HomeFilter(request.GET, user=user)
    homes = chosen.narrowed(homes_of(user))
    page = newest_first(homes, request.GET, size=PAGE)
    matching = homes[: MOST + 1].count()  # never counts further
    rows = [(row, row.tier_now, Tier(row.tier_now).label, TONES[Tier(row.tier_now)]) if row.tier_now else (row, "", "", "")
            for row in page.rows]  # fmt: skip
    context = {
        "shell": shell_for(user), "filter": chosen, "page": page, "rows": rows, "names": names,
        "every": matching if PAGE < matching <= MOST else 0, "query": chosen.query, "most": MOST,
        "lately": Tiering.objects.visible_to(user).select_related("raised_by").order_by("-pk")[:LATELY],
    }  # fmt: skip
    template = "grids/visits/_tiers.html" if request.htmx else "grids/visits/tiers.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=422 if names.is_bound else 200)


@needs(*VISITORS)
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """A workbook of addresses: what is found goes on to be looked over, what is not is named row by row."""
    user = cast("User", request.user)
    names = NamesForm(request.POST, request.FILES)
    if names.is_valid():
        try:
            homes, wrong = names.found(homes_of(user))
        except ValidationError as error:
            names.add_error(None, error)
        else:
            if homes:
                return _look_over(request, homes[:MOST], wrong)
            names.add_error("file", _("名单里没有认出您走访的住户，请检查地址的写法。"))
    return _list(request, names)


@needs(*VISITORS)
@require_POST
def place(request: HttpRequest) -> HttpResponse:
    """First with the households alone: look them over; then with the tier: all of them in one move."""
    user = cast("User", request.user)
    if "tier" not in request.POST and "reason" not in request.POST:
        homes = list(_chosen(request).order_by("building", "pk")[: MOST + 1])
        if 0 < len(homes) <= MOST:
            return _look_over(request, homes, [])
        too_many = _("一次最多 %(most)s 户，请少选一些，分几次调整。") % {"most": MOST}
        messages.warning(request, too_many if homes else _("请先选住户。"))
        return redirect("visits:tiers")
    form = PlaceForm(request.POST, user=user, homes=homes_of(user))
    if made := form.raised():
        messages.success(request, _("已调整，走访已安排。"))
        return redirect("cases:page", number=made.number)
    return _over(request, form, form.cleaned_data.get("homes") or [], [], status=422)


def _chosen(request: HttpRequest) -> "QuerySet[Dwelling]":
    """All that match the filter, or those ticked on this page and on those left behind."""
    user = cast("User", request.user)
    if "every" in request.POST:
        return HomeFilter(request.GET, user=user).narrowed(homes_of(user))
    ticked = [*request.POST.getlist("homes"), *request.POST.get("kept", "").split(",")[: 4 * MOST]]
    return homes_of(user).filter(pk__in=[pk for pk in ticked if pk.isdecimal() and len(pk) < 18])


def _look_over(request: HttpRequest, homes: "list[Dwelling]", wrong: list[tuple[int, str]]) -> HttpResponse:
    user = cast("User", request.user)
    initial = {"request_key": uuid4(), "tier": Tier.REGULAR, "homes": [home.pk for home in homes]}
    return _over(request, PlaceForm(user=user, homes=homes_of(user), initial=initial), homes, wrong)


def _over(
    request: HttpRequest, form: PlaceForm, homes: "QuerySet[Dwelling] | list[Dwelling]", wrong: Any, status: int = 200
) -> HttpResponse:
    context = {"shell": shell_for(cast("User", request.user)), "form": form, "homes": homes, "wrong": wrong}
    return render(request, "grids/visits/tiers_place.html", context, status=status)
