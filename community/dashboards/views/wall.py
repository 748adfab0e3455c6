"""The wall screen: boards in turn, read from five metres, without a single name of a person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.access.views import needs
from community.core.perms import Perm
from community.dashboards import board
from community.dashboards.trends import charts
from community.dashboards.views import desk


@needs(Perm.SEE_DASHBOARD)
@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """Figures, charts and a table of one community, or of every community the person sees."""
    communities, period = desk.communities_of(request), desk.period_of(request)
    community = desk.chosen(request, communities)
    head = desk.head_of(request, period, community)
    context = {
        "title": community.name if community else desk.title_of(communities),
        "period": period,
        "charts": charts(head["data"]),
        "rows": board.tables(request.user, community, period).grids
        if community
        else board.side_by_side(request.user, communities, period),
    }
    template = "dashboards/_wall_figures.html" if request.htmx else "dashboards/wall.html"  # type: ignore[attr-defined]
    return render(request, template, head | context)
