"""Verbs: one verb is one transaction, one move, one timeline row, and whatever follows from it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from community.core.workflow import Move

if TYPE_CHECKING:
    from community.core.models.entry import Entry
    from community.core.models.moving import Moving
    from community.directory.models import User

M = TypeVar("M", bound="Moving")


@dataclass
class Step:
    """One move being made: what moves, how, by whom (None: the hub's own clocks), when, and from which state."""

    matter: "Moving"
    move: Move
    by: "User | None"
    now: datetime
    source: str = ""
    note: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    entry: "Entry | None" = None
    prepared: dict[str, Any] = field(default_factory=dict)

    @property
    def event(self) -> str:
        """``wish.claim``: the name under which notices and point rules know this move."""
        return f"{self.matter.matter_kind}.{self.move.verb}"


Follower = Callable[[Step], None]


class Followers:
    """Upper layers that act on every step, inside its transaction, in order of ``rank``; filled in ``apps.py``."""

    def __init__(self) -> None:
        self._ranked: list[tuple[int, Follower]] = []

    def register(self, follower: Follower, *, rank: int) -> None:
        if follower not in [known for _, known in self._ranked]:
            self._ranked.append((rank, follower))
            self._ranked.sort(key=lambda pair: pair[0])

    def __call__(self, step: Step) -> None:
        for _, follower in self._ranked:
            follower(step)


# Called before the row is written (they may set derived fields of the matter) and after its timeline row stands.
preparers = Followers()
followers = Followers()


def verb(method: Callable[..., None]) -> Callable[..., Any]:
    """Make ``method(self, step, **details)`` a verb called as ``matter.method(by=…, now=…, note=…, **details)``.

    Locks the row, reads it afresh, checks the transition table, runs the method, writes what changed with one timeline
    row, and calls the followers. All or nothing. Raises NotNow, NotYours or what the method raises.
    """

    @wraps(method)
    def run(self: M, *, by: "User | None", now: datetime | None = None, note: str = "", **details: Any) -> M:
        with transaction.atomic():
            self.lock()
            move = self.workflow.check(method.__name__, by, self)
            step = Step(self, move, by, now or timezone.now(), source=self.status, note=note)
            before = _values(self)
            method(self, step, **details)
            _finish(step, before)
        return self

    run.is_verb = True  # type: ignore[attr-defined]
    return run


def open_matter(
    matter: M, opening: str, *, by: "User | None", now: datetime | None = None, note: str = "", **data: Any
) -> M:
    """Save a new matter through the opening move of its table, with its first timeline row.

    Call it in a transaction that ends with it (``Case.opened`` does): it takes no savepoint of its own.
    """
    with transaction.atomic(savepoint=False):
        move = matter.workflow.check(opening, by, matter)
        step = Step(matter, move, by, now or timezone.now(), note=note, data=data)
        _finish(step, None)
    return matter


def _values(matter: "Moving") -> dict[str, Any]:
    return {f.attname: getattr(matter, f.attname) for f in _fields(matter)}


def _fields(matter: "Moving") -> "list[models.Field[Any, Any]]":
    return [f for f in matter._meta.concrete_fields if not f.primary_key]


def _finish(step: Step, before: dict[str, Any] | None) -> None:
    matter = step.matter
    if step.move.target is not None:
        matter.status = step.move.target
    matter.on_step(step)
    preparers(step)
    if before is None:
        matter.save(force_insert=True)
    elif changed := [f.name for f in _fields(matter) if getattr(matter, f.attname) != before[f.attname]]:
        matter.save(update_fields=changed)
    step.entry = matter.tell(step)
    followers(step)
