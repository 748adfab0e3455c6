"""What the drawing of grids tells the layers below of itself."""

from community.cases import registry
from community.core.verbs import followers
from community.timers import clocks
from grids.drawing import notices
from grids.drawing.clocks import REDRAW_CLOCKS
from grids.drawing.kind import KIND


def register_all() -> None:
    registry.register(KIND)
    clocks.register(KIND.name, *REDRAW_CLOCKS)
    followers.register(notices.follow, rank=30)
    notices.register_all()
