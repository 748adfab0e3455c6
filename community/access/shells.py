"""Which of the three shells a person works in: by their posts, not by a switch."""

from typing import TYPE_CHECKING

from community.core.perms import Perm
from community.core.reach import reach

if TYPE_CHECKING:
    from community.directory.models import User

OFFICE, WORKER, RESIDENT = "shells/office.html", "shells/worker.html", "shells/resident.html"


def shell_for(user: "User") -> str:
    """The template of the shell: office for who runs a community or street, worker for grids and mediators, else resident."""
    if user.is_superuser or reach(user, Perm.SEE_DASHBOARD):
        return OFFICE
    return WORKER if reach(user, Perm.PATROL) or reach(user, Perm.MEDIATE) else RESIDENT
