"""What is counted. Each measure says which moment of a case dates it and what it adds to that day's cell.

Everything is plain SQL over the case ``c`` and the moments ``late`` at which its clocks had been missed.
"""

from dataclasses import dataclass

# Names of clocks in the apps' tables: those that end with the first answer, and those that end with the matter done.
RESPONSE_CLOCKS = ("respond", "vet")
HANDLING_CLOCKS = ("handle", "claim", "move_on")

# What is due within this time counts as due soon.
SOON_HOURS = 4


@dataclass(frozen=True)
class Measure:
    """``value`` is added to the day of ``at`` when ``when`` holds."""

    name: str
    at: str
    value: str = "1"
    when: str = "TRUE"


def _minutes(until: str) -> str:
    return f"floor(extract(epoch FROM {until} - c.raised_at) / 60)::bigint"


MEASURES = (
    Measure("raised", "c.raised_at"),
    Measure("responded", "c.responded_at"),
    Measure("response_minutes", "c.responded_at", _minutes("c.responded_at")),
    Measure("responded_in_time", "c.responded_at", when="NOT late.response"),
    Measure("resolved", "c.resolved_at"),
    Measure("handling_minutes", "c.resolved_at", _minutes("c.resolved_at")),
    Measure("resolved_in_time", "c.resolved_at", when="NOT late.handling"),
    Measure("closed", "c.closed_at"),
    Measure("granted", "c.closed_at", when="c.kind = 'wish' AND c.status = 'granted'"),
    Measure("rated", "c.rated_at"),
    Measure("rating_sum", "c.rated_at", "c.rating"),
)

# Verbs of the timeline that are counted themselves, as often as they happen.
TOLD = {"claim": "claimed", "clock.due": "missed"}
