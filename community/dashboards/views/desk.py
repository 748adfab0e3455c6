"""驾驶舱: the secretary's page of one community, and the street's page of several."""

from typing import TYPE_CHECKING, Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.access.views import needs
from community.core.perms import Perm
from community.core.reach import reach
from community.dashboards import links
from community.dashboards.period import LENGTHS, Period
from community.dashboards.shown import Shown
from community.directory.models import Community

if TYPE_CHECKING:
    from community.directory.models import User


def communities_of(request: HttpRequest) -> list[Community]:
    """What the person's posts let them see here, in the order of codes."""
    seen = reach(cast("User", request.user), Perm.SEE_DASHBOARD).communities
    return list(Community.objects.filter(pk__in=seen).select_related("street"))


def chosen(request: HttpRequest, communities: list[Community]) -> Community | None:
    """The community of the query parameter, or the only one; None while a choice is open. Raises Http404."""
    wanted = request.GET.get("community")
    if wanted is None:
        return communities[0] if len(communities) == 1 else None
    for community in communities:
        if str(community.pk) == wanted:
            return community
    raise Http404


def period_of(request: HttpRequest) -> Period:
    return Period.chosen(request.GET.get("days", ""), timezone.localdate())


def shown(request: HttpRequest, communities: list[Community], community: Community | None) -> Shown:
    return Shown(cast("User", request.user), communities, period_of(request), community)


def _period_tabs(period: Period, community: Community | None) -> list[dict[str, Any]]:
    page = "dashboards:secretary" if community else "dashboards:street"
    return [
        {
            "label": _("近 %(days)s 天") % {"days": days},
            "href": links.to(page, days=days, community=community and community.pk),
            "active": days == period.days,
        }
        for days in LENGTHS
    ]


@needs(Perm.SEE_DASHBOARD)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """One community; a person with several chooses on the street's page."""
    communities = communities_of(request)
    community, period = chosen(request, communities), period_of(request)
    if community is None:
        return redirect("dashboards:street")
    context = {
        "shown": shown(request, communities, community),
        "several": len(communities) > 1,
        "periods": _period_tabs(period, community),
        "incidents_href": links.incidents(community=community.pk, days=period.days),
        "wishes_href": links.wishes(community=community.pk),
    }
    return render(request, "dashboards/secretary.html", context)


@needs(Perm.SEE_DASHBOARD)
@require_safe
def street(request: HttpRequest) -> HttpResponse:
    """Every community the person sees, side by side."""
    communities, period = communities_of(request), period_of(request)
    context = {
        "shown": shown(request, communities, None),
        "title": title_of(communities),
        "periods": _period_tabs(period, None),
    }
    return render(request, "dashboards/street.html", context)


def title_of(communities: list[Community]) -> str:
    streets = {community.street.name for community in communities}
    return streets.pop() if len(streets) == 1 else _("各社区")


@needs(Perm.SEE_DASHBOARD)
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The figures and tasks alone, for the page that fetches them again and again."""
    communities = communities_of(request)
    community = chosen(request, communities) if "community" in request.GET else None
    return render(request, "dashboards/_figures.html", {"shown": shown(request, communities, community)})
