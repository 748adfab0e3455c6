"""One community's part of a street's emergency: over all its buildings, in the hands of its own people."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access.holders import nearest_holders
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import Building
from community.notices.kinds import kind_of
from community.notices.outbox import queue
from grids.emergency.models import Emergency

if TYPE_CHECKING:
    from community.directory.models import Community, User
    from grids.emergency.muster import Wanted
    from grids.emergency.street.models import StreetEmergency, StreetOrder


def open_part(
    whole: "StreetEmergency", community: "Community", wanted: "Wanted | None", *, by: "User", now: datetime
) -> Emergency:
    """Declare it, and tell the community's own commander, who is not called but must know at once."""
    buildings = list(Building.objects.filter(estate__community=community).select_related("estate"))
    if not buildings:
        raise ValidationError({"communities": _("%(community)s还没有楼栋，请先导入底册。") % {"community": community}})
    made = Emergency.declare(
        by=by, handler=_commander(community, by), community=community, sort=whole.sort,
        message=whole.message, drill=whole.drill, buildings=buildings, wanted=wanted, now=now,
    )  # fmt: skip
    told = [made.handler] if made.handler and made.handler != by else []
    params = {"title": made.title, "message": made.message, "number": made.number}
    queue(kind_of("emergency.street_declared"), told, now=now, matter=made, params=params)
    return made


def pass_on(emergency: Emergency, orders: "Sequence[StreetOrder]", now: datetime) -> None:
    """What the street has ordered so far, in one line of the log of a community that joins later."""
    if not orders:
        return
    lines = [f"{timezone.localtime(order.given_at):%m-%d %H:%M} {order.note}" for order in orders]
    emergency.street_order(by=emergency.raised_by, now=now, note="\n".join(lines))


def _commander(community: "Community", otherwise: "User") -> "User":
    """The secretary (who appoints there) before the other staff; where nobody has a post, whoever declares."""
    people = nearest_holders(Perm.COMMAND_EMERGENCY, community_id=community.pk, grid_id=None)
    first = sorted(people, key=lambda user: not reach(user, Perm.MANAGE_POSTS).covers(community.pk))
    return first[0] if first else otherwise
