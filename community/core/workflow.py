"""Transition tables and the verbs that walk them.

A workflow is data: a reader follows a matter's life from top to bottom, and buttons, API actions, permission checks and
the workflow page are generated from it. The only way to change a matter is a verb (see ``verbs``)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from community.core.models.moving import Moving
    from community.directory.models import User

Rule = Callable[["User | None", Any], bool]


class MoveError(Exception):
    """A verb was refused; ``message`` says why in the reader's language."""

    def __init__(self, message: "str | _StrPromise") -> None:
        super().__init__(str(message))
        self.message = message


class NotNow(MoveError):
    """The matter is not in a state from which this verb leads anywhere (often: somebody was faster)."""


class NotYours(MoveError):
    """The matter may move, but not by this person."""


def the_clock(user: "User | None", matter: "Moving") -> bool:
    """Rule: only the hub itself, when a deadline fires."""
    return user is None


@dataclass(frozen=True)
class Move:
    """One row of a transition table.

    ``sources`` empty: the verb opens the matter. ``target`` None: the state stays, the timeline grows. ``aside``: not
    one of the few things that people mostly do here; the page keeps it behind “more”.
    """

    verb: str
    label: "str | _StrPromise"
    who: Rule
    sources: frozenset[str] = frozenset()
    target: str | None = None
    done: "str | _StrPromise" = ""
    tone: str = "secondary"
    icon: str = "arrow-right"
    internal: bool = False
    aside: bool = False

    @property
    def opens(self) -> bool:
        return not self.sources

    @property
    def told(self) -> "str | _StrPromise":
        """How the timeline tells it afterwards."""
        return self.done or self.label


@dataclass(frozen=True)
class Waits:
    """For whom a matter waits in one state: the person in field ``user``, or everyone who holds ``perm`` over it."""

    user: str = ""
    perm: str = ""


@dataclass(frozen=True)
class Workflow:
    """A transition table: the moves in reading order, the closed states, and for whom each open state waits."""

    moves: tuple[Move, ...]
    closed: frozenset[str] = frozenset()
    waits: Mapping[str, Waits] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [move.verb for move in self.moves]
        if len(names) != len(set(names)):
            raise ValueError(f"a verb stands twice in the table: {names}")

    def __getitem__(self, verb: str) -> Move:
        for move in self.moves:
            if move.verb == verb:
                return move
        raise KeyError(verb)

    def leading_from(self, status: str) -> list[Move]:
        return [move for move in self.moves if status in move.sources]

    def open_to(self, user: "User | None", matter: "Moving") -> list[Move]:
        """The moves that this person may make now; the buttons of the matter's page, of which one leads."""
        return _one_leads([move for move in self.leading_from(matter.status) if move.who(user, matter)], matter.status)

    def check(self, verb: str, user: "User | None", matter: "Moving") -> Move:
        """The move, or NotNow / NotYours."""
        move = self[verb]
        if not move.opens and matter.status not in move.sources:
            raise NotNow(
                _("现在不能“%(move)s”：状态已是“%(state)s”，请刷新后再看。")
                % {"move": move.label, "state": matter.get_status_display()}
            )
        if not move.who(user, matter):
            raise NotYours(_("您不能“%(move)s”。") % {"move": move.label})
        return move


def _one_leads(moves: list[Move], status: str) -> list[Move]:
    """Of several primary moves the first in the table stays so, one that only repeats a step after the others."""
    leading = sorted((move for move in moves if move.tone == "primary"), key=lambda move: move.target == status)
    return [replace(move, tone="secondary") if move in leading[1:] else move for move in moves]


def sources(*states: str | Iterable[str]) -> frozenset[str]:
    """Flatten states and named sets of states: ``sources(S.A, S.OPEN_STATES)``."""
    found: set[str] = set()
    for state in states:
        found |= {state} if isinstance(state, str) else set(state)
    return frozenset(found)
