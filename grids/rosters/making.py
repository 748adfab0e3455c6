"""Setting up a desk: one plan for each shift of a template, the people turning through them."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from community.core.workflow import NotYours
from community.duties import changing
from community.duties.models import Desk, Plan
from community.duties.models.occurrence import leads
from grids.rosters.models import Watch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from community.directory.models import User


@dataclass(frozen=True)
class Turn:
    """One shift of a template."""

    name: str
    opens: time
    closes: time

    @property
    def overnight(self) -> bool:
        return self.closes <= self.opens


TEMPLATES: dict[str, tuple[Turn, ...]] = {
    "three": (
        Turn(gettext_noop("早班"), time(8), time(16)),
        Turn(gettext_noop("中班"), time(16), time(0)),
        Turn(gettext_noop("夜班"), time(0), time(8)),
    ),
    "two": (Turn(gettext_noop("白班"), time(8), time(20)), Turn(gettext_noop("夜班"), time(20), time(8))),
    "day": (Turn(gettext_noop("全天班"), time(8), time(8)),),
    "office": (
        Turn(gettext_noop("上午班"), time(8, 30), time(12)),
        Turn(gettext_noop("下午班"), time(13, 30), time(18)),
    ),
}


def set_up(
    desk: Desk, *, by: "User", template: str, people: "Sequence[User]", starts_on: date, now: datetime | None = None
) -> Desk:
    """Keep a new desk with its shifts. Raises NotYours, ValidationError."""
    if not leads(by, desk):
        raise NotYours(_("您不能安排这里的值班。"))
    now = now or timezone.now()
    with transaction.atomic():
        desk.full_clean()
        desk.save()
        for place, turn in enumerate(TEMPLATES[template]):
            changing.save(_plan(desk, turn, starts_on), by=by, now=now, members=_from(people, place))
    return desk


def _from(people: "Sequence[User]", place: int) -> "list[User]":
    """The rota beginning with another person for each shift, so that nobody is asked twice on one day."""
    start = place % len(people) if people else 0
    return [*people[start:], *people[:start]]


def _plan(desk: Desk, turn: Turn, starts_on: date) -> Plan:
    facts: dict[str, Any] = {"opens": turn.opens, "closes": turn.closes, "overnight": turn.overnight}
    return Plan(
        kind=Watch.matter_kind, desk=desk, community_id=desk.community_id, grid_id=desk.grid_id, title=turn.name,
        starts_on=starts_on, assigned=Plan.Assigned.ROTA, grace=30, **facts,
    )  # fmt: skip
