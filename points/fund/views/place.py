"""What the pages of the fund share."""

from typing import TYPE_CHECKING, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from community.access.shells import shell_for
from community.access.views import needs
from community.core import asked
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import Community
from points.models import Fund

if TYPE_CHECKING:
    from community.directory.models import User

keeping = needs(Perm.RUN_FUND)
working = needs(Perm.RUN_FUND, Perm.APPROVE_FUND)


def who(request: HttpRequest) -> "User":
    return cast("User", request.user)


def shell_of(request: HttpRequest) -> str:
    """Also for people without an account."""
    return shell_for(who(request)) if request.user.is_authenticated else "shells/open.html"


def own_community(user: "User", *perms: Perm, wanted: str = "") -> Community:
    """The community whose fund somebody works with: the ``wanted``, their own, else the first in their reach.

    Raises Http404 for one that is out of reach.
    """
    places: set[int] = set()
    for perm in perms or (Perm.RUN_FUND, Perm.APPROVE_FUND):
        places |= reach(user, perm).communities
    if not places:
        raise PermissionDenied
    if wanted:
        return get_object_or_404(Community, pk__in=places, pk=asked.number(wanted) or 0)
    chosen = user.community_id if user.community_id in places else min(places)
    return Community.objects.get(pk=chosen)


def own_fund(user: "User", *perms: Perm) -> Fund:
    """Http404 until it is opened."""
    return get_object_or_404(Fund.objects.select_related("community"), community=own_community(user, *perms))
