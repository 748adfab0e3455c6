"""Events that may bring points. The apps in whose hands they happen register them; a rule names them by code.

A step of a matter is an event by itself (``wish.confirm``); a registered event gathers the steps that mean the same, in
words that whoever writes rules understands, or stands for something that is no step (``sign_in``)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from community.core.models import Case

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from community.core.models import Entry
    from community.core.verbs import Step
    from community.directory.models import User


@dataclass(frozen=True)
class Happening:
    """One event as the rules see it, live or out of the timeline. ``key`` names what it happened to: it pays once.

    ``person`` is who did it, where that is not the handler of a matter.
    """

    event: str
    community_id: int
    at: datetime
    key: str
    matter: Any = None
    person: "User | None" = None
    minutes: int = 0

    @property
    def case(self) -> Case | None:
        return self.matter if isinstance(self.matter, Case) else None

    @property
    def handler(self) -> "User | None":
        """A case's handler, or whose duty it is."""
        return self.person or getattr(self.matter, "handler", None) or getattr(self.matter, "assignee", None)

    @property
    def raiser(self) -> "User | None":
        return getattr(self.matter, "raised_by", None)

    @property
    def raiser_id(self) -> int | None:
        return getattr(self.matter, "raised_by_id", None)


Past = Callable[[int, datetime, datetime], Iterable[Happening]]


@dataclass(frozen=True)
class Event:
    """``past`` tells what happened in a community between two moments, where the timeline does not."""

    code: str
    label: "str | _StrPromise"
    steps: tuple[str, ...] = ()
    past: Past | None = None


_events: dict[str, Event] = {}


def register(*events: Event) -> None:
    for event in events:
        _events[event.code] = event


def events() -> list[Event]:
    return list(_events.values())


def words_of(code: str) -> str:
    """An event as people read it: a registered one by its label, a bare step by its kind and move."""
    if code in _events:
        return str(_events[code].label)
    return dict(known_steps()).get(code, code)


def known_steps() -> Iterable[tuple[str, str]]:
    """Pairs such as ``("wish.confirm", "微心愿 · 确认")``, of every kind of case."""
    for kind, model in sorted(Case.kinds.items()):
        for move in model.workflow.moves:
            yield f"{kind}.{move.verb}", f"{model._meta.verbose_name} · {move.label}"


def names_of(event: str) -> frozenset[str]:
    """All names by which a rule may mean what has just happened."""
    return frozenset({event}) | {known.code for known in _events.values() if event in known.steps}


def steps_of(codes: Iterable[str]) -> frozenset[str]:
    """The happenings that these codes mean."""
    found: set[str] = set()
    for code in codes:
        found |= {code, *(_events[code].steps if code in _events else ())}
    return frozenset(found)


def of_step(step: "Step") -> Happening:
    return _of(step.event, step.matter, step.now)


def of_entry(entry: "Entry") -> Happening:
    """What a row of the timeline tells, with the matter as it stands today."""
    matter: Any = entry.case if entry.case_id else entry.occurrence
    return _of(f"{matter.kind}.{entry.verb}", matter, entry.at)


def _of(event: str, matter: Any, at: datetime) -> Happening:
    return Happening(event, matter.community_id, at, number_of(matter), matter, minutes=_minutes(matter))


def _minutes(matter: Any) -> int:
    """How long a duty took; a case has no such measure."""
    begun, ended = getattr(matter, "started_at", None), getattr(matter, "ended_at", None)
    return int((ended - begun).total_seconds()) // 60 if begun and ended else 0


def number_of(matter: Any) -> str:
    """A case's number, or kind and id of a duty."""
    kind = getattr(matter, "kind", "") or matter.matter_kind
    return str(getattr(matter, "number", "") or f"{kind}-{matter.pk}")
