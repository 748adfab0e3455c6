"""Holds that lapse: their last moment is a deadline like any other, so it fires once and survives every crash."""

from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext_lazy as _

from community.timers import clocks, running
from points.models.hold import Hold
from points.models.posting import Posting

if TYPE_CHECKING:
    from community.core.models import Moving

CLOCK = clocks.Clock(
    "held",
    _("预留期限"),
    frozenset({"held"}),
    ladder=(clocks.Rung("due", verb="lapse"),),
    until=lambda hold: hold.until,
)


def register() -> None:
    clocks.register(Hold.matter_kind, CLOCK)


def start(held: Posting, now: datetime) -> None:
    running.begin(_matter(held), now)


def stop(held: Posting, now: datetime, reason: str) -> None:
    """Before the answer is written, so that whoever answers and the sweep wait for each other in one order."""
    if held.until is not None:
        running.end(_matter(held), now, reason)


def _matter(held: Posting) -> "Moving":
    """The hold of a posting, without asking the database."""
    hold = Hold.from_db(held._state.db, [f.attname for f in held._meta.concrete_fields], [
        getattr(held, f.attname) for f in held._meta.concrete_fields
    ])  # fmt: skip
    return cast("Moving", hold)
