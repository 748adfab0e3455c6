"""任务执行: what came of the recurring duties, and the rows behind each number."""

from typing import TYPE_CHECKING, Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.access.views import needs
from community.core.paging import newest_first
from community.core.perms import Perm
from community.dashboards.duties import duty_url
from community.dashboards.period import LENGTHS
from community.dashboards.recurring import Chosen, by_grid, by_kind, rows, states
from community.dashboards.views.desk import chosen as chosen_community
from community.dashboards.views.desk import communities_of, period_of
from community.directory.models import Community, Grid
from community.duties.models import Occurrence

if TYPE_CHECKING:
    from community.directory.models import User

TONES = {"started": "ontime", "done": "done", "missed": "overdue"}


@needs(Perm.SEE_DASHBOARD)
@require_safe
def duties(request: HttpRequest) -> HttpResponse:
    """By kind and by grid; with a kind chosen, its duties too."""
    user, chosen = cast("User", request.user), _chosen(request)
    kinds = by_kind(user, chosen)
    context: dict[str, Any] = {
        "chosen": chosen, "kinds": kinds, "grids": by_grid(user, chosen), "periods": _tabs(chosen),
        "columns": list(states().values())[:4], "page": None,
    }  # fmt: skip
    if chosen.kind:
        page = newest_first(rows(user, chosen), request.GET)
        lines = [
            {"duty": duty, "href": duty_url(duty), "tone": TONES.get(duty.status, "waiting")} for duty in page.rows
        ]
        context |= {"page": page, "lines": lines, "what": _what(chosen)}
    return render(request, "dashboards/duties.html", context)


def _chosen(request: HttpRequest) -> Chosen:
    communities = communities_of(request)
    one = chosen_community(request, communities)
    places = [one] if one else communities
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    return Chosen(
        places, period_of(request), kind if kind in Occurrence.kinds else "", state if state in states() else "",
        _grid(request.GET.get("grid", ""), places),
    )  # fmt: skip


def _grid(text: str, places: list[Community]) -> Grid | None:
    if not text:
        return None
    found = (
        Grid.objects.filter(pk=int(text), community__in=places).first() if text.isdecimal() and len(text) < 19 else None
    )
    if found is None:
        raise Http404
    return found


def _tabs(chosen: Chosen) -> list[dict[str, Any]]:
    return [
        {
            "label": _("近 %(days)s 天") % {"days": days},
            "href": chosen.link(days=days),
            "active": days == chosen.period.days,
        }
        for days in LENGTHS
    ]


def _what(chosen: Chosen) -> str:
    """The heading of the rows: of what, in which state, where."""
    parts = [str(Occurrence.kinds[chosen.kind]._meta.verbose_name), states().get(chosen.state, ""), chosen.grid]
    return " · ".join(str(part) for part in parts if part)
