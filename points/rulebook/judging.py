"""What the rules say of one happening: who gets how much. The same judgement is passed live and in a rehearsal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from django.utils import timezone

from points.periods import Period, half_of
from points.rulebook import facts
from points.rulebook.events import Happening, names_of
from points.succession import now_of

if TYPE_CHECKING:
    from community.directory.models import User
    from points.models.rule import RuleFields


Becomes = Callable[["User", int], "User"]


class Taken(Protocol):
    """What a person has had from a rule between two moments."""

    def __call__(
        self, rule: "RuleFields", person: "User", community_id: int, since: datetime, until: datetime
    ) -> int: ...


@dataclass(frozen=True)
class Verdict:
    rule: "RuleFields"
    person: "User"
    amount: int
    happening: Happening

    @property
    def key(self) -> str:
        """One rule pays one matter once, whoever handled it, however often it was closed."""
        return f"{self.rule.code}:{self.happening.key}"


def naming(rules: Iterable["RuleFields"], happening: Happening) -> list["RuleFields"]:
    """Those of the rules that mean this happening."""
    names = names_of(happening.event)
    return [rule for rule in rules if not names.isdisjoint(rule.events)]


def judge(
    rule: "RuleFields", happening: Happening, taken: Taken, becomes: Becomes = now_of
) -> Verdict | None:  # fmt: skip
    """Who gets what by this rule; None where nobody gets anything. ``becomes`` knows whose accounts were merged."""
    person = recipient_of(rule, happening, becomes)
    if person is None or not person.is_active or not facts.hold(rule.conditions, happening):
        return None
    amount = _capped(rule, person, _worth(rule, happening), happening, taken)
    return Verdict(rule, person, amount, happening) if amount > 0 else None


def recipient_of(rule: "RuleFields", happening: Happening, becomes: Becomes = now_of) -> "User | None":
    """Whom the rule addresses, as they are by now; nobody earns points for handling what they raised themselves."""
    raises = rule.gives_to == rule.Recipient.RAISER
    named = happening.raiser if raises else happening.handler
    if named is None or (not raises and named.pk == happening.raiser_id):
        return None
    person = becomes(named, happening.community_id)
    return person if raises or person.pk != happening.raiser_id else None


def _worth(rule: "RuleFields", happening: Happening) -> int:
    amount = rule.amount * (happening.minutes // rule.per_minutes) if rule.per_minutes else rule.amount
    return amount if rule.cap_once is None else min(amount, rule.cap_once)


def _capped(rule: "RuleFields", person: "User", amount: int, happening: Happening, taken: Taken) -> int:
    """What the caps of a day and a half-year leave of it."""
    day = timezone.localdate(happening.at)
    for cap, span in ((rule.cap_day, Period(day, day)), (rule.cap_period, half_of(day))):
        if cap is not None and amount > 0:
            amount = min(amount, cap - taken(rule, person, happening.community_id, span.since, span.until))
    return amount
