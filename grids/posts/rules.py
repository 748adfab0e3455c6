"""What posts of the grids tell the layers below of themselves."""

from community.cases import registry
from community.core.verbs import followers
from community.timers import clocks
from grids.posts import notices
from grids.posts.clocks import SEAT_CLOCKS
from grids.posts.kind import KIND


def register_all() -> None:
    registry.register(KIND)
    clocks.register(KIND.name, *SEAT_CLOCKS)
    followers.register(notices.follow, rank=30)
    notices.register_all()
