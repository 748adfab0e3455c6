"""走访覆盖: the leader's page, by tier and by building."""

from typing import TYPE_CHECKING, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.directory.models import Grid, User
from grids.visits import coverage as counting
from grids.visits.reach import VISITORS, places_visited

if TYPE_CHECKING:
    from typing import Any

MOST = 200


class CoverageFilter(forms.Form):
    grid = forms.ModelChoiceField(label=_("网格"), required=False, queryset=Grid.objects.none(), empty_label=_("全部"))
    days = forms.TypedChoiceField(
        label=_("时间"), required=False, coerce=int, empty_value=None,
        choices=[("", _("最近 30 天")), (7, _("最近 7 天")), (90, _("最近 90 天"))],
    )  # fmt: skip

    def __init__(self, *args: "Any", user: User, **kwargs: "Any") -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Grid]", self.fields["grid"])
        field.queryset = Grid.objects.filter(places_visited(user, "community", "pk"))

    @property
    def active(self) -> int:
        return sum(1 for name in self.fields if self.data.get(name))


@needs(*VISITORS)
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """Which households were reached in the period, and which buildings are the least known."""
    user, now = cast("User", request.user), timezone.now()
    chosen = CoverageFilter(request.GET, user=user)
    days, grid = (
        (chosen.cleaned_data["days"] or counting.DAYS, chosen.cleaned_data["grid"]) if chosen.is_valid() else (30, None)
    )
    begins, place = counting.since(days, now), {"grid": grid} if grid else {}
    buildings = list(counting.by_building(user, begins, **place)[:MOST])
    context = {
        "shell": shell_for(user),
        "filter": chosen,
        "days": days,
        "grid": grid,
        "tiers": counting.by_tier(user, begins, **place),
        "sums": counting.sums(user, begins, now, **place),
        "buildings": buildings,
        "doors": sum(row.doors for row in buildings),
        "met": sum(row.met for row in buildings),
    }
    template = "_coverage" if request.htmx else "coverage"  # type: ignore[attr-defined]
    return render(request, f"grids/visits/{template}.html", context)
