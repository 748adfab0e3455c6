"""What of “五个一” belongs on a worker's “今天”."""

from typing import TYPE_CHECKING

from grids.care.duties import CareCall

if TYPE_CHECKING:
    from community.directory.models import User


def calls_of(user: "User") -> int:
    """How many elders are still to be called today; one query."""
    return CareCall.objects.waiting_for(user).count()
