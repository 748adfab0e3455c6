"""The tables of every kind, checked as data: no dead end, no orphan, nothing that nobody may do."""

from fractions import Fraction
from inspect import signature
from typing import cast

import pytest
from django.db.models import Field
from django.utils.functional import Promise

from community.cases.registry import kinds as shown_kinds
from community.core.models import Case, Moving
from community.core.perms import Perm
from community.core.workflow import Move, Workflow
from community.duties.models import Occurrence
from community.timers.clocks import RUNG_NAMES, WAITED_FOR, Clock, clocks_of
from tests.neighbourhood import Hood, account
from tests.specimens import mediator, specimen

KINDS: dict[str, type[Moving]] = {**Case.kinds, **Occurrence.kinds}
each_kind = pytest.mark.parametrize("model", KINDS.values(), ids=KINDS)
CLOCKS = [(model, clock) for name, model in KINDS.items() for clock in clocks_of(name)]
each_clock = pytest.mark.parametrize(
    ("model", "clock"), CLOCKS, ids=[f"{model.matter_kind}.{clock.name}" for model, clock in CLOCKS]
)


def states(model: type[Moving]) -> set[str]:
    return set(model.Status.values)  # type: ignore[attr-defined]


def reached(workflow: Workflow, begun: set[str]) -> set[str]:
    """Every state that moves lead to from ``begun``."""
    found, more = set(begun), set(begun)
    while more:
        more = {m.target for state in more for m in workflow.leading_from(state) if m.target} - found
        found |= more
    return found


def beginnings(model: type[Moving]) -> set[str]:
    """Where matters of this kind begin: by opening moves, or planned (duties)."""
    opened = {move.target for move in model.workflow.moves if move.opens and move.target}
    return opened or {Occurrence.Status.PLANNED}


def used(model: type[Moving]) -> set[str]:
    """The states of the kind; a kind of duty may do without some of the spine's."""
    if not issubclass(model, Occurrence):
        return states(model)
    return beginnings(model) | {move.target for move in model.workflow.moves if move.target}


# From closed to closed: a patrol that was walked and told of late; an import, a batch of tiers, rules before their day
# taken back.
LEARNT_LATER = {"hand_in", "withdraw_import", "undo", "call_off", "reverse"}
# Moves without a verb of their own: an import writes thousands at once.
IN_BULK = {"import_done", "import_rated", "import_change", "withdraw_import"}
# Waits for a check that is due, or for a day that is set; their own tests have one.
WHEN_DUE = {"mediation.confirm", "ruleset.call_off"}
# Opened by the verb of another matter, by the rules, by a cart.
BY_ANOTHER = {
    "hotline.import_new", "whistle.call", "agreement_check.plan", "round.announce", "award.hold", "redemption.reserve",
    "redemption.win",
}  # fmt: skip


@each_kind
def test_every_state_is_reached(model: type[Moving]) -> None:
    assert reached(model.workflow, beginnings(model)) == used(model)


@each_kind
def test_every_open_state_has_a_way_out_and_a_way_to_the_end(model: type[Moving]) -> None:
    for state in used(model) - model.workflow.closed:
        assert [move for move in model.workflow.leading_from(state) if move.target not in (None, state)], state
        assert reached(model.workflow, {state}) & model.workflow.closed, f"{state} never ends"


@each_kind
def test_a_closed_state_is_the_end_or_is_left_by_reopening(model: type[Moving]) -> None:
    assert model.workflow.closed
    assert model.workflow.closed <= states(model)
    for state in model.workflow.closed:
        for move in model.workflow.leading_from(state):
            if move.target is None or move.verb in LEARNT_LATER:  # a word more changes nothing
                continue
            assert move.target not in model.workflow.closed, f"{move.verb} moves from closed to closed"


@each_kind
def test_the_table_names_only_states_of_the_kind(model: type[Moving]) -> None:
    for move in model.workflow.moves:
        assert move.sources <= states(model), move.verb
        assert move.target is None or move.target in states(model), move.verb
    longest = max(len(state) for state in states(model))
    field = cast(Field, model._meta.get_field("status"))
    assert longest <= (field.max_length or 0)


@each_kind
def test_every_move_is_a_verb_and_every_verb_a_move(model: type[Moving]) -> None:
    verbs = {name for name in dir(model) if getattr(getattr(model, name, None), "is_verb", False)}
    assert verbs == {move.verb for move in model.workflow.moves if not move.opens} - IN_BULK
    for move in model.workflow.moves:
        if move.opens and f"{model.matter_kind}.{move.verb}" not in BY_ANOTHER:
            assert "by" in signature(getattr(model, move.verb)).parameters, f"{move.verb} does not open a matter"


@each_kind
def test_only_open_states_wait_for_somebody(model: type[Moving]) -> None:
    for state, waits in model.workflow.waits.items():
        assert state in states(model) - model.workflow.closed
        assert waits.user or waits.perm
        assert not waits.user or hasattr(model, f"{waits.user}_id")
        assert not waits.perm or waits.perm in Perm.values


@each_kind
def test_labels_can_be_translated(model: type[Moving]) -> None:
    lazy = [model._meta.verbose_name, *(state.label for state in model.Status)]  # type: ignore[attr-defined]
    for move in model.workflow.moves:
        lazy += [move.label, move.told]
    for label in lazy:
        assert isinstance(label, Promise) or label in {str(s.label) for s in model.Status}, label  # type: ignore[attr-defined]
        assert str(label).strip()


@each_kind
def test_icons_and_tones_exist(model: type[Moving]) -> None:
    from community.core.icons import names

    for move in model.workflow.moves:
        assert move.icon in names(), f"{move.verb}: add {move.icon!r} to static/icons.txt"
        assert move.tone in {"primary", "secondary", "danger", "quiet"}, move.verb


@each_kind
def test_somebody_may_make_every_move(hood: Hood, model: type[Moving]) -> None:
    """In a hood with every role, no move is closed to all: the rules match the roles."""
    matter = specimen(model.matter_kind, hood)
    officer = account(hood.community, "street_officer", hood.community.street)
    people = [*hood.people.values(), mediator(hood), officer, None]
    for field in ("handler", "assignee"):
        if hasattr(matter, f"{field}_id"):
            setattr(matter, field, hood.volunteer if model.matter_kind == "wish" else hood.worker)
    for move in model.workflow.moves:
        if f"{model.matter_kind}.{move.verb}" not in WHEN_DUE:
            assert any(_may(move, person, matter) for person in people), f"nobody may {move.verb}"


def _may(move: Move, person: object, matter: Moving) -> bool:
    if move.verb == "dispute":
        matter.disputable = True  # type: ignore[attr-defined]
    if move.verb.endswith("_extension"):
        matter.asked_until = None if move.verb == "ask_extension" else matter.raised_at  # type: ignore[attr-defined]
    if move.verb == "say":
        matter.__dict__["said"] = {getattr(person, "pk", 0): None}
    if move.verb == "unname":
        matter.name_as = "name"  # type: ignore[attr-defined]
    if move.verb == "adopt":
        matter.forms.get_or_create(number=2)  # type: ignore[attr-defined]
    if move.verb == "hand_out":
        matter.left = 1  # type: ignore[attr-defined]
    if move.verb == "unlink":
        matter.linked_incident_id = 1  # type: ignore[attr-defined]
    if move.verb == "resume":
        matter.paused_at = matter.raised_at  # type: ignore[attr-defined]
    if move.verb == "conclude":
        matter.raised_by = matter.handler  # type: ignore[attr-defined]
    return move.who(person, matter)  # type: ignore[arg-type]


@each_kind
def test_prefixes_of_numbers_differ(model: type[Moving]) -> None:
    others = {kind.number_prefix for kind in Case.kinds.values() if kind is not model}
    prefix = getattr(model, "number_prefix", None)
    assert prefix is None or not any(prefix.startswith(other) or other.startswith(prefix) for other in others)


def test_every_kind_of_case_has_its_page() -> None:
    assert {kind.name for kind in shown_kinds()} == set(Case.kinds)
    for kind in shown_kinds():
        stages = frozenset().union(*(stage.states for stage in kind.journey))
        assert stages <= states(kind.model)
        assert set(kind.state_tones) <= states(kind.model)
        assert set(kind.forms) <= {move.verb for move in kind.model.workflow.moves if not move.opens}


@each_clock
def test_a_clock_fits_the_table_of_its_kind(model: type[Moving], clock: Clock) -> None:
    assert clock.runs_in
    assert clock.runs_in <= states(model) - model.workflow.closed
    verbs = {move.verb for move in model.workflow.moves}
    assert clock.restarts <= verbs
    assert isinstance(clock.label, Promise)


@each_clock
def test_a_ladder_is_climbed_upwards_and_is_due_once(model: type[Moving], clock: Clock) -> None:
    shares = [rung.at for rung in clock.ladder]
    assert shares == sorted(shares)
    assert shares.count(Fraction(1)) == 1 or all(rung.verb for rung in clock.ladder)
    assert len({rung.name for rung in clock.ladder}) == len(shares)
    tiers = [rung.tier for rung in clock.ladder]
    assert tiers == sorted(tiers)


@each_clock
def test_a_rung_tells_somebody_or_makes_a_move_that_the_clock_may(
    hood: Hood, model: type[Moving], clock: Clock
) -> None:
    for rung in clock.ladder:
        assert rung.name in RUNG_NAMES
        assert rung.to or rung.verb, rung
        assert all(address in {*Perm.values, WAITED_FOR} or hasattr(model, address) for address in rung.to)
        if rung.verb:
            move = model.workflow[rung.verb]
            assert move.sources >= clock.runs_in
            assert move.who(None, specimen(model.matter_kind, hood))


def test_a_verb_stands_in_a_table_once() -> None:
    move = Move("a", "A", lambda user, matter: True, target="x")
    with pytest.raises(ValueError, match="twice"):
        Workflow((move, move))
    with pytest.raises(KeyError):
        Workflow((move,))["b"]
