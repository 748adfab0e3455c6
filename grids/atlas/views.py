"""Pages of the grids: the staff's list and map as of any day."""

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import Grid
from grids.atlas.census import GridRow, rows_on
from grids.atlas.ground import box_around, drawn
from grids.mapping.ground import tiles

if TYPE_CHECKING:
    from community.directory.models import User


class DayForm(forms.Form):
    """As of which day; empty is today."""

    on = forms.DateField(
        label=gettext_lazy("哪一天的网格"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    show = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def day(self) -> date:
        chosen: date | None = self.cleaned_data.get("on") if self.is_valid() else None
        return chosen or timezone.localdate()


@needs(Perm.SEE_CASES)
@require_safe
def grids(request: HttpRequest) -> HttpResponse:
    """Grids of one's places on a day: a list, or with ``?show=map`` a map."""
    user = cast("User", request.user)
    form = DayForm(request.GET)
    seen = Grid.objects.filter(reach(user, Perm.SEE_CASES).within("community", "pk")).standing(form.day)
    rows = rows_on(form.day, seen.select_related("community"))
    on_map = request.GET.get("show") == "map"
    context: dict[str, Any] = {
        "shell": shell_for(user),
        "form": form,
        "day": form.day,
        "today": timezone.localdate(),
        "rows": rows,
        "totals": _totals(rows),
        "several": len({row.grid.community_id for row in rows}) > 1,
        "tabs": _tabs(request, on_map),
        "may_draw": bool(reach(user, Perm.IMPORT_DIRECTORY) or reach(user, Perm.MANAGE_POSTS)),
    }
    if on_map:
        shapes = drawn(rows)
        context |= {"shapes": shapes, "box": box_around(shapes), "tiles": tiles()}
    return render(request, "grids/atlas/grids.html", context)


def _totals(rows: list[GridRow]) -> dict[str, int]:
    return {
        "buildings": sum(len(row.buildings) for row in rows),
        "households": sum(row.households for row in rows),
        "residents": sum(row.residents for row in rows),
    }


def _tabs(request: HttpRequest, on_map: bool) -> list[dict[str, Any]]:
    day = f"on={request.GET['on']}&" if request.GET.get("on", "").replace("-", "").isdecimal() else ""
    return [
        {"label": _("清单"), "href": f"?{day}", "active": not on_map, "icon": "list-details"},
        {"label": _("地图"), "href": f"?{day}show=map", "active": on_map, "icon": "map"},
    ]
