"""The wall screen: boards in turn, read from five metres, without a single name of a person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.access.views import needs
from community.core.perms import Perm
from community.dashboards.views import desk


@needs(Perm.SEE_DASHBOARD)
@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """Figures, charts and a table of one community, or of every community the person sees."""
    communities = desk.communities_of(request)
    community = desk.chosen(request, communities)
    context = {
        "shown": desk.shown(request, communities, community),
        "title": community.name if community else desk.title_of(communities),
    }
    template = "dashboards/_wall_figures.html" if request.htmx else "dashboards/wall.html"  # type: ignore[attr-defined]
    return render(request, template, context)
