"""What a worker's day owes to surveys: the doors that are left."""

from typing import TYPE_CHECKING, Any

from django.db.models import Count

from community.core.perms import Perm
from community.core.reach import reach
from grids.surveys.models import Sheet, Survey

if TYPE_CHECKING:
    from community.directory.models import User


def doors_left(user: "User") -> list[dict[str, Any]]:
    """Each survey under way with how many homes of one's grids are left; one query on the board's index."""
    grids = reach(user, Perm.FILL_SURVEYS).grids
    rows = Sheet.objects.filter(survey__status=Survey.Status.COLLECTING, grid__in=grids, stage__in=Sheet.FILLING)
    return [
        {"number": number, "title": title, "left": left}
        for number, title, left in rows.order_by("survey")
        .values_list("survey__number", "survey__title")
        .annotate(left=Count("pk"))
    ]
