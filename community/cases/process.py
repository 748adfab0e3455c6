"""What the page of a process says, read from the tables that run it: moves, states, clocks and ladders."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.cases.registry import kinds
from community.core.models import Case, Moving
from community.core.perms import Perm
from community.duties.models import Occurrence
from community.timers.clocks import RUNG_NAMES, Clock, Rung, clocks_of


@dataclass(frozen=True)
class MoveRow:
    """One line of the table: its number in the drawing, from where, what, to where."""

    number: int
    move: Any
    sources: str
    target: str
    by_clock: bool


@dataclass(frozen=True)
class StateRow:
    """One state: for whom it waits, and what happens when nobody comes."""

    label: str
    closed: bool
    waits: str
    clocks: list[str]


def processes() -> dict[str, str]:
    """Every kind of case and duty with its name in words, in one list."""
    named = {kind.name: str(kind.label) for kind in kinds()}
    return named | {name: str(model._meta.verbose_name) for name, model in Occurrence.kinds.items()}


def model_of(name: str) -> type[Moving]:
    """Raises KeyError."""
    return {**Case.kinds, **Occurrence.kinds}[name]


def move_rows(model: type[Moving]) -> list[MoveRow]:
    labels = dict(model.Status.choices)  # type: ignore[attr-defined]
    return [
        MoveRow(
            number,
            move,
            _("、").join(str(label) for state, label in labels.items() if state in move.sources),
            str(labels.get(move.target or "", "")),
            move.who.__name__ == "the_clock",
        )
        for number, move in enumerate(model.workflow.moves, start=1)
    ]


def state_rows(model: type[Moving]) -> list[StateRow]:
    return [
        StateRow(
            str(label),
            state in model.workflow.closed,
            _waits(model, state),
            [_clock(clock) for clock in clocks_of(model.matter_kind) if state in clock.runs_in],
        )
        for state, label in model.Status.choices  # type: ignore[attr-defined]
    ]


def _waits(model: type[Moving], state: str) -> str:
    waits = model.workflow.waits.get(state)
    if waits is None:
        return ""
    return " / ".join(_waited_for(model, waits.user, waits.perm))


def _waited_for(model: type[Moving], user: str, perm: str) -> Iterator[str]:
    if user:
        yield str(model._meta.get_field(user).verbose_name)  # type: ignore[union-attr]
    if perm:
        yield str(Perm(perm).label)


def _clock(clock: Clock) -> str:
    ladder = " → ".join(_rung(rung) for rung in clock.ladder)
    return _("%(clock)s：%(ladder)s") % {"clock": clock.label, "ladder": ladder}


def _rung(rung: Rung) -> str:
    """“3/4 提醒”, “到期”, “3/2 倍时督办至社区”."""
    name = str(RUNG_NAMES.get(rung.name, rung.name))
    if rung.at == 1:
        return name
    return _("%(share)s时限 %(rung)s") % {"share": _share(rung.at), "rung": name}


def _share(share: Fraction) -> str:
    if share.denominator == 1:
        return ngettext("%(times)d 倍", "%(times)d 倍", share.numerator) % {"times": share.numerator}
    return f"{share.numerator}/{share.denominator} "
