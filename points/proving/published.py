"""What is published of a community's chain: for each day, the link under which everything up to then is sealed."""

from dataclasses import dataclass
from datetime import date

from points.models import Seal


@dataclass(frozen=True)
class Day:
    """The last seal of a day on which something was sealed."""

    day: date
    seal: Seal

    @property
    def link(self) -> str:
        return in_groups(bytes(self.seal.chain).hex())


def in_groups(text: str) -> str:
    """Sixty-four digits in fours, so that two people can compare them aloud."""
    return " ".join(text[n : n + 4] for n in range(0, len(text), 4))


def of_day(community_id: int, day: date) -> Day | None:
    seal = Seal.objects.filter(community=community_id).at_the_end_of(day)
    return None if seal is None else Day(day, seal)
