"""What a case may become beyond itself: a topic for the residents' consultation. The app that holds consultations
registers how one is begun; until then the offer is a note for the next meeting."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from community.directory.models import User


@dataclass(frozen=True)
class Proposal:
    """Something worth talking about together: what, why, whose community, and the numbers of the cases behind it."""

    title: str
    reason: str
    community_id: int
    cases: tuple[str, ...] = ()


# Answers with the address where ``user`` begins the topic, or "" when they may not.
Opener = Callable[[Proposal, "User"], str]
_openers: list[Opener] = []


def register(opener: Opener) -> None:
    """Say where topics begin; called once, by the consultations' ``apps.py``."""
    _openers[:] = [opener]


def forget() -> None:
    """As long as no consultations are installed; tests go back to it."""
    _openers.clear()


def address_for(proposal: Proposal, user: "User") -> str:
    """Where to begin the topic; "" as long as nobody takes topics."""
    return _openers[0](proposal, user) if _openers else ""
