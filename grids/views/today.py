"""“今天”: the page a grid worker begins with."""

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.core.perms import Perm
from community.duties.people import leads_somewhere
from grids.care.today import calls_of
from grids.rosters.today import duties_of
from grids.surveys.today import doors_left
from grids.today import parts_of, patrols_of
from grids.visits.today import rounds_of, visits_of

if TYPE_CHECKING:
    from community.directory.models import User


@needs(Perm.PATROL)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    user, now = cast("User", request.user), timezone.now()
    context = {
        "shell": shell_for(user),
        "now": now,
        "patrols": patrols_of(user, now),
        "parts": parts_of(user, now),
        "duties": duties_of(user, now),
        "leads": leads_somewhere(user),
        "visits": visits_of(user, now),
        "rounds": rounds_of(user),
        "surveys": doors_left(user),
        "calls": calls_of(user),
    }
    return render(request, "grids/today.html", context)
