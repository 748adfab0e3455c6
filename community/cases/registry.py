"""How one kind of case shows itself; an app registers it in ``apps.py`` and gets page, actions and API for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from community.cases.forms import MoveForm, OpeningForm
from community.core.models import Case
from community.core.perms import Perm

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from community.directory.models import Dwelling, User


@dataclass(frozen=True)
class Stage:
    """One stop of the step line: what it is called and the states that stand at it."""

    label: "str | _StrPromise"
    states: frozenset[str]


@dataclass(frozen=True)
class Heard:
    """What somebody said at their door or over the phone; ``by`` heard it and raises it in their name."""

    by: "User"
    text: str
    channel: str
    dwelling: "Dwelling"
    now: datetime
    name: str = ""
    phone: str = ""
    consent: bool = False
    urgent: bool = False


@dataclass(frozen=True)
class Words:
    """Ready words of a kind: the moves that take them, who keeps a community's own, those to begin with by move
    (title, text), and what its placeholders stand for beyond number, place, handler, unit and date."""

    verbs: tuple[str, ...]
    kept_by: Perm
    first: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    facts: Callable[[Any], dict[str, str]] = lambda case: {}


@dataclass(frozen=True)
class Kind:
    """One kind of case as people meet it.

    ``facts`` is a template shown inside the page with ``case`` and what ``context(case, user)`` adds. ``forms`` maps a
    verb to the form that asks for its details (default: a note). ``opening`` is the form that raises a case over the
    API. ``list_url`` is where to go when the case is no longer in sight. ``facts_of`` gives the API's extra fields.
    ``words`` are the ready words offered beside the note of a move.
    ``raise_heard`` raises what was heard elsewhere (a visit, a call). ``followed_up`` says whether somebody knocks and
    asks after a case of this kind has been closed (一事一访); a kind opts out with ``never``. ``asked_in`` is a state in
    which somebody is to ask before it closes, ``answers`` the moves for “solved” and “not solved” from there.
    """

    model: type[Case]
    label: "str | _StrPromise"
    icon: str
    facts: str
    journey: tuple[Stage, ...]
    list_url: str = "home"
    forms: Mapping[str, type[MoveForm]] = field(default_factory=dict)
    opening: type[OpeningForm] | None = None
    context: Callable[[Any, "User"], dict[str, Any]] = lambda case, user: {}
    facts_of: Callable[[Any, "User"], dict[str, Any]] = lambda case, user: {}
    words: Words | None = None
    state_tones: Mapping[str, str] = field(default_factory=dict)
    raise_heard: Callable[[Heard], Case] | None = None
    followed_up: Callable[[Any], bool] = lambda case: True
    asked_in: str = ""
    answers: tuple[str, str] = ("", "")

    @property
    def name(self) -> str:
        return self.model.matter_kind

    def form_for(self, verb: str) -> type[MoveForm]:
        return self.forms.get(verb, MoveForm)

    def steps(self, case: Case) -> list[dict[str, Any]]:
        """The step line of one case, for ``<c-journey>``."""
        at = next((i for i, stage in enumerate(self.journey) if case.status in stage.states), None)
        return [{"label": stage.label, "state": _place(i, at, case)} for i, stage in enumerate(self.journey)]


def _place(index: int, at: int | None, case: Case) -> str:
    if at is None:
        return "stopped" if index == 0 else "todo"
    if index == at:
        return "done" if not case.is_open else "now"
    return "done" if index < at else "todo"


def never(case: Any) -> bool:
    """A ``followed_up`` for kinds whose end needs no visit."""
    return False


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.name] = kind


def kind_of(name: str) -> Kind:
    return _kinds[name]


def kinds() -> list[Kind]:
    return list(_kinds.values())


def kind_numbered(number: str) -> Kind | None:
    """The kind whose serial numbers begin as this one does."""
    return next((kind for kind in _kinds.values() if number.startswith(kind.model.number_prefix)), None)
