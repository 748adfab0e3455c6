"""一天一电话: connected, not connected, in need; and who looks in when nobody has heard of the elder."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.core.workflow import NotNow, NotYours
from community.directory.models import Dwelling, Person, User
from community.notices.models import Notice
from community.timers.sweep import sweep
from grids.care.board import board_of
from grids.models import CareCall, CarePlan, CareTurn, Incident
from tests.grids.care.conftest import EARLY, Begin, everybody
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY, a_care_turn

pytestmark = pytest.mark.django_db
ELEVEN = MONDAY.replace(hour=11, minute=0)


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def call(begin: Begin) -> CareCall:
    begin()
    return CareCall.objects.of_kind().earliest("day")


def told(code: str) -> set[User]:
    return {row.recipient for row in Notice.objects.filter(code=code)}


def test_a_call_that_went_well(hood: Hood, call: CareCall) -> None:
    call.answered(by=hood.volunteer, now=MONDAY, note="胃口不错")
    assert call.status == "done"
    sweep(ELEVEN + timedelta(hours=8))
    assert not Notice.objects.filter(code__startswith="care.").exists()


def test_missed_the_ladder_goes_from_neighbour_to_worker_to_leader(hood: Hood, call: CareCall) -> None:
    sweep(ELEVEN - timedelta(minutes=1))
    assert told("care.look_in") == set()
    assert Notice.objects.get(code="clock.remind").recipient == hood.volunteer
    sweep(ELEVEN)
    assert told("care.look_in") == {hood.neighbour}
    sweep(ELEVEN + timedelta(hours=1))
    assert told("care.look_in") == {hood.neighbour, hood.volunteer, hood.worker}
    sweep(ELEVEN + timedelta(hours=2))
    assert told("care.look_in") == {hood.neighbour, hood.volunteer, hood.worker, hood.leader}
    assert all(row.urgent for row in Notice.objects.filter(code="care.look_in"))
    call.refresh_from_db()
    assert call.status == "planned"  # it may still be made
    sweep(ELEVEN + timedelta(hours=7))
    call.refresh_from_db()
    assert call.status == "missed"
    assert told("care.missed") == {hood.volunteer, hood.leader, hood.staff, hood.secretary}


def test_whoever_looked_in_stops_the_ladder(hood: Hood, call: CareCall) -> None:
    sweep(ELEVEN)
    call.seen(by=hood.neighbour, now=ELEVEN + timedelta(minutes=20), note="在楼下晒太阳")
    sweep(ELEVEN + timedelta(hours=8))
    assert told("care.look_in") == {hood.neighbour}
    assert not Notice.objects.filter(code="care.missed").exists()


def test_without_a_neighbour_the_worker_is_asked_first(hood: Hood, begin: Begin) -> None:
    begin(neighbour=None)
    sweep(ELEVEN)
    assert told("care.look_in") == {hood.worker}


def test_twice_without_an_answer_somebody_looks_in_at_once(hood: Hood, call: CareCall) -> None:
    call.no_answer(by=hood.volunteer, now=MONDAY)
    assert told("care.unreached") == set()
    call.no_answer(by=hood.volunteer, now=MONDAY + timedelta(minutes=20))
    assert told("care.unreached") == {hood.neighbour, hood.worker}
    assert call.status == "planned"


def test_a_need_for_help_is_an_urgent_incident_at_once(hood: Hood, call: CareCall) -> None:
    call.needs_help(by=hood.volunteer, now=MONDAY, note="摔倒了起不来")
    incident = Incident.objects.get()
    assert (incident.urgency, incident.channel, incident.place) == ("urgent", "phone", "1单元301")
    assert (incident.category.name, incident.description) == ("老人求助", "摔倒了起不来")
    assert told("incident.reported_urgent") >= {hood.worker}
    assert told("care.help") == {hood.worker, hood.leader}
    assert call.status == "done"


def test_help_needs_words_and_nothing_is_half_done(hood: Hood, call: CareCall) -> None:
    with pytest.raises(ValidationError):
        call.needs_help(by=hood.volunteer, now=MONDAY, note=" ")
    call.refresh_from_db()
    assert call.status == "planned"
    assert not Incident.objects.exists()


def test_who_may_answer_for_a_call(town: Town, call: CareCall) -> None:
    for person in (town.ours.resident, town.ours.party_member, town.ours.other_worker, town.theirs.secretary):
        assert not CareCall.objects.visible_to(person).exists()
        with pytest.raises(NotYours):
            call.answered(by=person, now=MONDAY)
    call.answered(by=town.ours.worker, now=MONDAY)
    with pytest.raises(NotNow):
        call.answered(by=town.ours.volunteer, now=MONDAY)


def test_a_care_turn_is_finished_with_words(hood: Hood) -> None:
    turn = a_care_turn(hood)
    with pytest.raises(ValidationError):
        turn.finish(by=turn.assignee, now=turn.opens_at)
    turn.finish(by=turn.assignee, now=turn.opens_at, note="擦了窗、晒了被")
    assert CareTurn.objects.get(pk=turn.pk).status == "done"


class TestTheDaysList:
    def test_it_shows_number_and_answers_until_the_call_is_made(self, hood: Hood, call: CareCall) -> None:
        client = as_user(hood.volunteer)
        with time_machine.travel(MONDAY, tick=False):
            shown = client.get(reverse("care:calls")).content.decode()
            assert 'href="tel:19912345678"' in shown
            address = reverse("care:call", args=[call.pk])
            assert client.post(address, {"result": "answered"}).status_code == 302
            shown = client.get(reverse("care:calls")).content.decode()
            assert "19912345678" not in shown
            assert "已联系" in shown
            assert "19912345678" not in client.get(address).content.decode()

    def test_a_need_without_words_is_asked_for_beside_the_field(self, hood: Hood, call: CareCall) -> None:
        with time_machine.travel(MONDAY, tick=False):
            answer = as_user(hood.volunteer).post(reverse("care:call", args=[call.pk]), {"result": "needs_help"})
        assert answer.status_code == 422
        assert "请写明需要什么帮助" in answer.content.decode()

    def test_tapped_twice_it_is_told_once(self, hood: Hood, call: CareCall) -> None:
        client, address = as_user(hood.volunteer), reverse("care:call", args=[call.pk])
        with time_machine.travel(MONDAY, tick=False):
            for _ in range(2):
                assert client.post(address, {"result": "needs_help", "note": "头晕"}).status_code == 302
        assert Incident.objects.count() == 1


class TestTheBoard:
    def test_who_was_not_reached_stands_first(self, hood: Hood, begin: Begin) -> None:
        first = begin()
        other = Person.objects.create(community=hood.community, name="李奶奶", dwelling=hood.dwelling)
        second = begin(person=other)
        CareCall.objects.of_kind().filter(plan__care_line__care=first).earliest("day").answered(
            by=hood.volunteer, now=MONDAY
        )
        found = board_of(hood.leader, MONDAY)
        assert [(row.care.pk, row.state) for row in found.elders] == [(second.pk, "unreached"), (first.pk, "reached")]
        assert found.elders[1].last == MONDAY
        second.rest(by=hood.worker, now=MONDAY, note="住院")
        assert board_of(hood.leader, MONDAY).count("resting") == 1
        assert not board_of(hood.other_worker, MONDAY).elders

    def test_it_costs_the_same_for_many(self, hood: Hood, begin: Begin) -> None:
        client, counts = as_user(hood.leader), []
        for number in range(1, 8):
            home = Dwelling.objects.create(building=hood.building, unit="2单元", room=f"{number}01")
            elder = Person.objects.create(community=hood.community, name=f"老人{number}", dwelling=home)
            CarePlan.begin(by=hood.worker, person=elder, people=everybody(hood), consent=True, now=EARLY)
            if number in (2, 7):
                with time_machine.travel(MONDAY, tick=False):
                    client.get(reverse("care:board"))
                    for address in (reverse("care:board"), reverse("care:calls")):
                        with CaptureQueriesContext(connection) as queries:
                            assert client.get(address).status_code == 200
                        counts.append(len(queries))
        assert counts[:2] == counts[2:]
