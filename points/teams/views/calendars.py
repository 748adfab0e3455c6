"""The activities of a team, to take into a calendar of any kind once."""

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from community.access.views import signed_in
from community.calendars.writing import as_file
from points.models import Activity
from points.teams.appointments import of_team as appointments
from points.teams.views.teams import find

if TYPE_CHECKING:
    from community.directory.models import User

BACK = timedelta(days=31)
MOST = 300


@signed_in
@require_safe
def of_team(request: HttpRequest, pk: int) -> HttpResponse:
    """What the team does, from a month ago on; what was called off says so."""
    user, found = cast("User", request.user), find(request, pk)
    rows = Activity.objects.visible_to(user).filter(team=found, ends_at__gt=timezone.now() - BACK)
    rows = rows.select_related("team").order_by("starts_at", "pk")[:MOST]
    return as_file(request, found.name, appointments(rows))
