"""试算: what last quarter would have brought whom, under the rules of today and under a draft. Nothing is posted.

Both are judged by the same code as live events, over the same rows of the timeline, from the first day of the quarter's
half-year on: caps of a half-year count what came before the quarter. What is looked at first in life counts here as
given. Memory: one row per person and rule, whatever the length of the quarter.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from community.core.models import Entry
from points.models.rule import PointRule
from points.periods import half_of, midnight, quarter_before
from points.rulebook import events
from points.rulebook.events import Happening
from points.rulebook.judging import judge, naming
from points.succession import successors

if TYPE_CHECKING:
    from community.directory.models import User
    from points.models.rule import RuleFields
    from points.rulebook.models import RuleSet

SHOWN = 200
BATCH = 2000


class Tally:
    """What one set of rules would have given; answers for its own caps. Sums leave out what came before ``since``."""

    def __init__(self, rules: "Iterable[RuleFields]", since: datetime, merged: "dict[int, User]") -> None:
        self.rules, self.since, self.merged = list(rules), since, merged
        self.given: dict[tuple[str, int], list[tuple[datetime, int]]] = defaultdict(list)
        self.paid: set[str] = set()

    def __call__(self, rule: "RuleFields", person: "User", community_id: int, since: datetime, until: datetime) -> int:
        return sum(amount for at, amount in self.given[rule.code, person.pk] if since <= at < until)

    def hear(self, happening: Happening) -> None:
        for rule in naming(self.rules, happening):
            verdict = judge(rule, happening, self, self.becomes)
            if verdict is not None and verdict.key not in self.paid:
                self.paid.add(verdict.key)
                self.given[rule.code, verdict.person.pk].append((happening.at, verdict.amount))

    def becomes(self, user: "User", _community_id: int) -> "User":
        return self.merged.get(user.pk, user)

    def of_people(self, asset: str) -> dict[int, int]:
        codes = {rule.code for rule in self.rules if rule.asset == asset}
        return self._summed(lambda code, person: person, codes)

    def of_rules(self) -> dict[str, int]:
        return self._summed(lambda code, person: code, {rule.code for rule in self.rules})

    def _summed(self, key: Any, codes: set[str]) -> dict[Any, int]:
        sums: dict[Any, int] = defaultdict(int)
        for (code, person), rows in self.given.items():
            if code in codes and (amount := sum(amount for at, amount in rows if at >= self.since)):
                sums[key(code, person)] += amount
        return sums


def rehearse(rule_set: "RuleSet", today: date) -> dict[str, Any]:
    """Both side by side, as plain data to be kept with the draft."""
    first, last = quarter_before(today)
    since, merged = midnight(first), successors([rule_set.community_id])
    old = Tally(PointRule.objects.in_force(rule_set.community_id, today), since, merged)
    new = Tally(rule_set.drafts.all(), since, merged)
    heard = 0
    for happening in _past(rule_set.community_id, half_of(first).first, last, [*old.rules, *new.rules]):
        heard += happening.at >= since
        old.hear(happening)
        new.hear(happening)
    return {"first": first.isoformat(), "last": last.isoformat(), "events": heard, **_beside(old, new)}


def _beside(old: Tally, new: Tally) -> dict[str, Any]:
    before, after = old.of_people("points"), new.of_people("points")
    people = [{"user": pk, "old": before.get(pk, 0), "new": after.get(pk, 0)} for pk in before.keys() | after.keys()]
    people.sort(key=lambda row: (row["new"] - row["old"], row["user"]))
    names = {rule.code: rule.name for rule in [*old.rules, *new.rules]}
    sums = old.of_rules(), new.of_rules()
    rules = [{"name": names[code], "old": sums[0].get(code, 0), "new": sums[1].get(code, 0)} for code in sorted(names)]
    return {
        "people": people[:SHOWN], "rules": rules, "count": len(people),
        "less": sum(row["new"] < row["old"] for row in people), "more": sum(row["new"] > row["old"] for row in people),
        "old": sum(before.values()), "new": sum(after.values()),
    }  # fmt: skip


def _past(community_id: int, first: date, last: date, rules: "list[RuleFields]") -> Iterator[Happening]:
    """Whatever the rules may mean, in order of time."""
    since, until = midnight(first), midnight(last + timedelta(days=1))
    codes = {code for rule in rules for code in rule.events}
    wanted = events.steps_of(codes)
    rows = Entry.objects.filter(
        community=community_id, at__gte=since, at__lt=until,
        verb__in={step.partition(".")[2] for step in wanted},
    ).select_related("case__handler", "case__raised_by", "occurrence__assignee")  # fmt: skip
    for entry in rows.order_by("at", "id").iterator(chunk_size=BATCH):
        happening = events.of_entry(entry)
        if happening.event in wanted:
            yield happening
    for event in events.events():
        if event.past is not None and event.code in codes:
            yield from event.past(community_id, since, until)
