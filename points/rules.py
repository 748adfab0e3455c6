"""From the timeline to the ledger: a follower of every step that gives points where a rule says so."""

import logging
from collections.abc import Iterable
from datetime import date
from itertools import chain
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from community.core.models import Case
from community.core.verbs import Step
from points import ledger
from points.models import PointRule, issuance, member

if TYPE_CHECKING:
    from community.directory.models import User

log = logging.getLogger(__name__)

# code, name, events, to whom, points: what a hub starts with (domain rules, section 5).
STARTING = [
    ("wish_granted", _("认领并完成微心愿"), ["wish.confirm", "wish.close_unconfirmed"], "handler", 10),
]
STARTING_DAY = date(2020, 1, 1)


def plant() -> None:
    """Create the starting rules whose code does not exist; never touches an administrator's edit."""
    have = set(PointRule.objects.values_list("code", flat=True))
    PointRule.objects.bulk_create(
        PointRule(code=code, name=name, events=events, gives_to=to, amount=amount, begins_on=STARTING_DAY)
        for code, name, events, to, amount in STARTING
        if code not in have
    )
    known.forget()


class KnownEvents:
    """The events of any rule, kept in the process, so that a step without a rule costs no query.

    Only names are kept: terms and amounts are read when needed. A rule with a new event is noticed within ``SECONDS``.
    """

    SECONDS = 30

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._names: frozenset[str] | None = None
        self._read_at = 0.0

    def __contains__(self, event: str) -> bool:
        if self._names is None or abs(monotonic() - self._read_at) > self.SECONDS:
            self._names = frozenset(chain.from_iterable(PointRule.objects.values_list("events", flat=True)))
            self._read_at = monotonic()
        return event in self._names


known = KnownEvents()


def follow(step: Step) -> None:
    """Give what the rules of this step say, in its transaction."""
    if step.event in known:
        for rule in rules_for(step):
            give(rule, step)


def rules_for(step: Step) -> Iterable[PointRule]:
    """The rules in force on the local day of the step that name its event."""
    matter: Any = step.matter
    here = PointRule.objects.in_force(matter.community_id, timezone.localdate(step.now))
    return [rule for rule in here if step.event in rule.events]


def give(rule: PointRule, step: Step) -> None:
    """Post once per rule and matter: closing again after a reopening gives nothing more, to nobody."""
    recipient = recipient_of(rule, step.matter)
    if recipient is None:
        log.info("rule %s gives nothing for %s", rule.code, number_of(step.matter))
        return
    matter: Any = step.matter
    source, purse = issuance(matter.community_id, rule.asset), member(recipient, matter.community_id, rule.asset)
    ledger.post(
        [(source, -rule.amount), (purse, rule.amount)],
        key=f"{rule.code}:{number_of(matter)}",
        source=ledger.Source(rule.name, matter if isinstance(matter, Case) else None),
        now=step.now,
    )


def recipient_of(rule: PointRule, matter: Any) -> "User | None":
    """Whom the rule addresses; nobody earns points for handling what they raised themselves."""
    found: User | None = getattr(matter, rule.gives_to, None)
    raised_it = found is not None and found.pk == getattr(matter, "raised_by_id", None)
    return None if raised_it and rule.gives_to != rule.Recipient.RAISER else found


def number_of(matter: Any) -> str:
    """A case's number, or kind and id of a duty."""
    return str(getattr(matter, "number", "") or f"{matter.matter_kind}-{matter.pk}")
