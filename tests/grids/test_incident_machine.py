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
from community.timers.models import Deadline
from community.timers.sweep import sweep
from grids.models import Incident
from tests.grids.conftest import MONDAY, category
from tests.neighbourhood import Town, build_town

VERBS = [move.verb for move in Incident.workflow.moves if not move.opens]
PEOPLE = ["resident", "neighbour", "worker", "leader", "staff", "secretary", "officer", "stranger", None]
DETAILS: dict[str, dict[str, Any]] = {"rate": {"rating": 3}, "dispatch": {"level": 1}}

PERSONS = {"transfer": "handler", "call_in": "helper"}


class IncidentMachine(RuleBasedStateMachine):
    town: Town  # set by the test: rows are shared, the incident is new in every run

    @initialize(code=st.sampled_from(["06010", "06013", "L02"]), who=st.sampled_from(["resident", "worker"]))
    def reported(self, code: str, who: str) -> None:
        hood = self.town.ours
        self.now = MONDAY
        self.checked = False
        self.incident = Incident.report(
            by=hood.people[who], community=hood.community, building=hood.building, category=category(code), now=MONDAY
        )

    @rule(verb=st.sampled_from(VERBS), who=st.sampled_from(PEOPLE), level=st.integers(0, 2), words=st.booleans())
    def somebody_acts(self, verb: str, who: str | None, level: int, words: bool) -> None:
        before = self.incident.status
        details = dict(DETAILS.get(verb, {}))
        if verb == "dispatch":
            details["level"] = level
        if verb == "pause":
            details["until"] = self.now + timedelta(days=3)
        if verb == "ask_extension":
            details["until"] = self.now + timedelta(days=60)
        if verb in PERSONS:
            details[PERSONS[verb]] = self.town.ours.leader
        if verb == "recategorise":
            details["category"] = category("L02" if level else "06010")
        if verb == "split":
            details["what"] = "另一半"
        with time_machine.travel(self.now, tick=False):
            allowed = Incident.workflow.open_to(self._person(who), self.incident)
            try:
                getattr(self.incident, verb)(by=self._person(who), note="说明" if words else "", **details)
            except (MoveError, ValidationError):
                self.incident.refresh_from_db()
                assert self.incident.status == before
                return
        assert verb in [move.verb for move in allowed]
        if verb in ("verify", "conclude"):
            assert self._person(who) != self.incident.handler
        self.checked = (self.checked and verb != "reopen") or verb == "verify"

    @rule(hours=st.sampled_from([1, 5, 30, 24 * 8, 24 * 16]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        assert sweep(self.now).failed == 0
        self.incident.refresh_from_db()

    @invariant()
    def a_closed_case_has_no_running_clock(self) -> None:
        if self.incident.closed_at:
            assert not Deadline.objects.of(self.incident).running().exists()
            assert self.incident.due_at is None

    @invariant()
    def closed_states_and_closing_times_are_a_pair(self) -> None:
        assert (self.incident.status in Incident.workflow.closed) == (self.incident.closed_at is not None)

    @invariant()
    def it_never_closes_unchecked(self) -> None:
        if self.incident.status == Incident.Status.CLOSED:
            assert self.checked
            assert self.incident.verified_by_id not in (None, self.incident.handler_id)

    @invariant()
    def nobody_rates_their_own_work(self) -> None:
        if self.incident.rating is not None:
            assert self.incident.raised_by_id != self.incident.handler_id

    @invariant()
    def an_open_case_waits_for_somebody(self) -> None:
        if self.incident.is_open:
            assert self.incident.awaits_user_id or self.incident.awaits_perm

    @invariant()
    def the_story_ends_where_the_case_stands(self) -> None:
        last = self.incident.timeline.order_by("pk").last()
        assert last is not None
        assert last.target == self.incident.status

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
        settings=settings(
            max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
