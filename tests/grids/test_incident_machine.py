"""Whatever people and clocks do in whatever order, an incident keeps its promises."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from community.core.workflow import MoveError
from community.timers.calendar import calendar_for
from community.timers.limits import Unit
from community.timers.models import Deadline, Pause
from community.timers.sweep import sweep
from grids.handling.closing import Word
from grids.handling.responsibility import responsibility, total
from grids.models import FollowUpShare, Incident
from tests.grids.conftest import MONDAY, category
from tests.neighbourhood import Town, build_town

PEOPLE = ["resident", "neighbour", "worker", "leader", "staff", "secretary", "partner", "officer", "stranger"]
CATEGORIES = ["06010", "06013", "L02"]
HOURS = [0.2, 1, 5, 30, 24 * 8, 24 * 16]
# What each verb asks for beside a note, drawn anew at every step.
DETAILS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "rate": {"rating": st.integers(1, 5)},
    "follow_up": {"rating": st.none() | st.integers(1, 5)},
    "say": {"rating": st.integers(1, 5)},
    "dispatch": {"level": st.integers(0, 2), "handler": st.sampled_from([None, "worker", "leader", "secretary"])},
    "transfer": {"handler": st.sampled_from(["leader", "staff", "neighbour"])},
    "call_in": {"helper": st.sampled_from(["leader", "staff", "neighbour"])},
    "split": {"what": st.just("另一半")},
    "recategorise": {"category": st.sampled_from(CATEGORIES)},
    "pause": {"until": st.sampled_from([1, 24, 24 * 9])},
    "ask_extension": {"until": st.sampled_from([1, 24 * 20, 24 * 80])},
}


class IncidentMachine(RuleBasedStateMachine):
    """Moves are drawn from what the table opens to the person, so that runs go far; some are drawn blindly."""

    town: Town  # set by the test: rows are shared, the incident is new in every run

    @initialize(code=st.sampled_from(CATEGORIES), who=st.sampled_from(["resident", "worker"]), share=st.booleans())
    def reported(self, code: str, who: str, share: bool) -> None:
        hood = self.town.ours
        self.now = MONDAY
        FollowUpShare.objects.update_or_create(community=hood.community, defaults={"percent": 100 * share})
        self.incident = Incident.report(
            by=hood.people[who], community=hood.community, building=hood.building, category=category(code), now=MONDAY
        )

    @rule(data=st.data(), who=st.sampled_from(PEOPLE))
    def somebody_moves(self, data: st.DataObject, who: str) -> None:
        person = self._person(who)
        with time_machine.travel(self.now, tick=False):
            open_to = [move.verb for move in self.incident.moves_for(person)]
        if open_to:
            self._try(data, data.draw(st.sampled_from(open_to)), person, allowed=True)

    @rule(data=st.data(), who=st.sampled_from([*PEOPLE, None]))
    def somebody_tries_anything(self, data: st.DataObject, who: str | None) -> None:
        verbs = [move.verb for move in Incident.workflow.moves if not move.opens]
        person = self._person(who)
        verb = data.draw(st.sampled_from(verbs))
        with time_machine.travel(self.now, tick=False):
            allowed = verb in [move.verb for move in self.incident.moves_for(person)]
        self._try(data, verb, person, allowed=allowed)

    def _try(self, data: st.DataObject, verb: str, person: Any, *, allowed: bool) -> None:
        before, handler = self.incident.status, self.incident.handler_id
        details = self._details(data, verb)
        with time_machine.travel(self.now, tick=False):
            try:
                getattr(self.incident, verb)(by=person, note=data.draw(st.sampled_from(["说明", ""])), **details)
            except (MoveError, ValidationError):
                self.incident = Incident.objects.get(pk=self.incident.pk)
                assert self.incident.status == before
                return
        assert allowed, f"{verb} was made by {person} to whom it was not open"
        if verb in ("verify", "conclude", "follow_up", "grant_extension"):
            assert person.pk != handler

    @rule(hours=st.sampled_from(HOURS))
    def time_passes(self, hours: float) -> None:
        self.now += timedelta(hours=hours)
        assert sweep(self.now).failed == 0
        self.incident = Incident.objects.get(pk=self.incident.pk)

    @invariant()
    def no_clock_runs_on_a_closed_case(self) -> None:
        if self.incident.closed_at:
            assert not Deadline.objects.of(self.incident).running().exists()
            assert (self.incident.due_at, self.incident.paused_at) == (None, None)
        assert (self.incident.status in Incident.workflow.closed) == (self.incident.closed_at is not None)

    @invariant()
    def while_it_rests_only_the_end_of_the_rest_is_awaited(self) -> None:
        running = set(Deadline.objects.of(self.incident).running().values_list("clock", flat=True))
        resting = Pause.objects.filter(case=self.incident, ended_at=None).exists()
        assert resting == (self.incident.paused_at is not None)
        assert not resting or (running == {"pause"} and self.incident.pause_reason)
        assert resting or "pause" not in running

    @invariant()
    def it_never_closes_without_its_two_keys(self) -> None:
        if self.incident.status == Incident.Status.CLOSED:
            assert self.incident.verified_by_id not in (None, self.incident.handler_id)
            assert self.incident.word != Word.NONE
            own = self.incident.raised_by_id == self.incident.handler_id
            assert own or self.incident.word != Word.OWN
            assert self.incident.word != Word.RATED or self.incident.rating

    @invariant()
    def the_minutes_of_all_hands_add_up(self) -> None:
        """One total, counted here in another way: minute by minute between the rows of the story."""
        rows = list(self.incident.timeline.all())
        ends = [*(row.at for row in rows[1:]), self.now]
        closed = Incident.workflow.closed
        spans = [(row.at, end) for row, end in zip(rows, ends, strict=True) if row.target not in closed]
        stretches = responsibility(self.incident, self.now)
        assert [each.ends for each in stretches[:-1]] <= [each.begins for each in stretches[1:]]
        calendar = calendar_for(self.incident.community_id)
        office = self.incident.limits.handling.unit in (Unit.WORK_MINUTES, Unit.WORK_DAYS)
        counted = [calendar.worked(*span) if office else span[1] - span[0] for span in spans]
        exact = sum(counted, timedelta()) / timedelta(minutes=1)
        assert abs(total(stretches) - exact) <= 1 + self.incident.reopened

    @invariant()
    def an_open_case_waits_for_somebody(self) -> None:
        if self.incident.is_open:
            assert self.incident.awaits_user_id or self.incident.awaits_perm

    @invariant()
    def the_story_ends_where_the_case_stands(self) -> None:
        last = self.incident.timeline.order_by("pk").last()
        assert last is not None
        assert last.target == self.incident.status

    def _details(self, data: st.DataObject, verb: str) -> dict[str, Any]:
        drawn = {name: data.draw(choice) for name, choice in DETAILS.get(verb, {}).items()}
        for name, value in drawn.items():
            if name in ("handler", "helper") and value:
                drawn[name] = self.town.ours.people[value]
            elif name == "category":
                drawn[name] = category(value)
            elif name == "until":
                drawn[name] = self.now + timedelta(hours=value)
        return drawn

    def _person(self, name: str | None) -> Any:
        if name == "officer":
            return self.town.officer
        if name == "stranger":
            return self.town.theirs.secretary
        return name and self.town.ours.people[name]


@pytest.mark.django_db
def test_an_incident_keeps_its_promises() -> None:
    town = build_town()
    machine = type("Machine", (IncidentMachine,), {"town": town})
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=25, stateful_step_count=30, suppress_health_check=list(HealthCheck)),
    )
