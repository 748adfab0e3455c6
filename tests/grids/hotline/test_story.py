"""A ticket from the call to the archive, its side ways, its clocks, and what one fix answers."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from community.access.models import Reveal
from community.core.workflow import NotNow, NotYours
from community.notices.models import Notice
from community.timers.models import Deadline
from community.timers.sweep import sweep
from grids.hotline.models import HotlineTicket, end_of
from grids.models import Incident
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY, a_ticket, an_incident

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def summer() -> None:
    """These stories happen on their own Monday."""


def handled(hood: Hood, **more: Any) -> HotlineTicket:
    ticket = a_ticket(hood, **more)
    ticket.accept(by=hood.staff, now=MONDAY)
    ticket.dispatch(by=hood.staff, now=MONDAY, handler=hood.worker)
    return ticket.sign(by=hood.worker, now=MONDAY)


def running(ticket: HotlineTicket) -> dict[str, Any]:
    return {row.clock: row.due_at for row in Deadline.objects.running().filter(case=ticket, is_due=True)}


def test_from_the_call_to_the_archive(hood: Hood) -> None:
    ticket = a_ticket(hood)
    assert (ticket.status, ticket.awaits_perm) == ("received", "dispatch_incidents")
    assert running(ticket) == {"contact": MONDAY + timedelta(days=1), "handle": MONDAY + timedelta(days=7)}
    ticket.accept(by=hood.staff, now=MONDAY)
    ticket.dispatch(by=hood.staff, now=MONDAY, handler=hood.worker)
    assert ticket.awaits_user == hood.worker
    assert Notice.objects.filter(recipient=hood.worker, code="hotline.dispatched").exists()
    ticket.sign(by=hood.worker, now=MONDAY)
    ticket.call(by=hood.worker, now=MONDAY + timedelta(hours=2), note="已通电话")
    assert set(running(ticket)) == {"handle"}
    ticket.resolve(by=hood.worker, now=MONDAY + timedelta(hours=6), note="清运完毕，已答复")
    assert set(running(ticket)) == {"review"}
    with pytest.raises(NotYours):
        ticket.approve(by=hood.worker)
    ticket.approve(by=hood.staff, now=MONDAY + timedelta(hours=7))
    ticket.follow_up(by=hood.staff, now=MONDAY + timedelta(days=1), outcome="solved", satisfaction="satisfied")
    ticket.archive(by=hood.staff, now=MONDAY + timedelta(days=1))
    assert (ticket.status, ticket.closed_at, ticket.due_at) == ("archived", MONDAY + timedelta(days=1), None)
    assert running(ticket) == {}
    assert [row.verb for row in ticket.timeline.all()] == [
        "receive", "accept", "dispatch", "sign", "call", "resolve", "approve", "follow_up", "archive",
    ]  # fmt: skip


def test_a_second_first_contact_is_none(hood: Hood) -> None:
    ticket = handled(hood)
    ticket.call(by=hood.worker, now=MONDAY)
    with pytest.raises(NotYours):
        ticket.call(by=hood.worker, now=MONDAY)


def test_a_disputed_dispatch_goes_back_and_the_clock_runs_on(hood: Hood) -> None:
    ticket = a_ticket(hood)
    ticket.accept(by=hood.staff, now=MONDAY)
    ticket.dispatch(by=hood.staff, now=MONDAY, handler=hood.worker)
    with pytest.raises(ValidationError, match="不该由您办理"):
        ticket.dispute(by=hood.worker, now=MONDAY)
    ticket.dispute(by=hood.worker, now=MONDAY, note="属于物业公司")
    assert (ticket.status, ticket.awaits_perm, ticket.handler) == ("disputed", "dispatch_incidents", None)
    assert set(running(ticket)) == {"contact", "handle"}
    ticket.dispatch(by=hood.staff, now=MONDAY, handler=hood.leader)
    assert ticket.awaits_user == hood.leader


def test_nobody_is_given_a_ticket_who_does_not_work_there(town: Town) -> None:
    ticket = a_ticket(town.ours)
    ticket.accept(by=town.ours.staff, now=MONDAY)
    with pytest.raises(ValidationError, match="不在这里"):
        ticket.dispatch(by=town.ours.staff, now=MONDAY, handler=town.theirs.worker)


def test_an_extension_says_until_when_and_why(hood: Hood) -> None:
    ticket = handled(hood)
    later = end_of((MONDAY + timedelta(days=20)).date())
    with pytest.raises(ValidationError, match="延期的理由"):
        ticket.extend(by=hood.staff, now=MONDAY, until=later)
    with pytest.raises(ValidationError, match="晚于"):
        ticket.extend(by=hood.staff, now=MONDAY, until=MONDAY + timedelta(days=2), note="等配件")
    ticket.extend(by=hood.staff, now=MONDAY, until=later, note="等配件")
    assert (ticket.status, running(ticket)["handle"]) == ("extended", later)


def test_on_the_books_the_clock_rests_and_the_time_is_given_back(hood: Hood) -> None:
    ticket = handled(hood)
    due = ticket.answer_due_at
    ticket.suspend(by=hood.staff, now=MONDAY + timedelta(days=1), note="等全市统一改造")
    assert (running(ticket), ticket.due_at) == ({}, None)
    ticket.resume(by=hood.staff, now=MONDAY + timedelta(days=11))
    assert running(ticket)["handle"] == due + timedelta(days=10)


def test_a_missed_answer_climbs_to_the_street(hood: Hood, town: Town) -> None:
    ticket = handled(hood)
    sweep(MONDAY + timedelta(days=15))
    ticket.refresh_from_db()
    assert ticket.tier == ticket.Tier.STREET
    assert Notice.objects.filter(case=ticket, recipient=town.officer).exists()


def test_an_unsolved_one_is_sent_back(hood: Hood) -> None:
    ticket = handled(hood)
    ticket.resolve(by=hood.worker, now=MONDAY, note="清了")
    ticket.approve(by=hood.staff, now=MONDAY)
    ticket.follow_up(by=hood.staff, now=MONDAY, outcome="unsolved", satisfaction="unsatisfied")
    ticket.send_back(by=hood.staff, now=MONDAY, note="只清了一半")
    assert (ticket.status, ticket.outcome, ticket.resolved_at, ticket.awaits_user) == ("redo", "", None, hood.worker)
    assert "handle" in running(ticket)


def test_one_fix_answers_everybody_who_asked(hood: Hood) -> None:
    incident = an_incident(hood)
    asked = [handled(hood, ticket_number=f"JN{n}") for n in (1, 2)]
    other = handled(hood, ticket_number="JN3")
    for ticket in asked:
        ticket.link(by=hood.worker, now=MONDAY, incident=incident)
    incident.respond(by=hood.worker, now=MONDAY)
    incident.resolve(by=hood.worker, now=MONDAY + timedelta(hours=1), note="已清运")
    for ticket in asked:
        ticket.refresh_from_db()
        assert (ticket.status, ticket.resolved_at) == ("review", MONDAY + timedelta(hours=1))
        assert ticket.timeline.latest("pk").note == "已清运"
    other.refresh_from_db()
    assert other.status == "handling"


def test_an_incident_of_another_community_is_not_linked(town: Town) -> None:
    ticket = handled(town.ours)
    with pytest.raises(ValidationError, match="本社区"):
        ticket.link(by=town.ours.worker, now=MONDAY, incident=an_incident(town.theirs))


def test_a_closed_ticket_does_not_move(hood: Hood) -> None:
    ticket = a_ticket(hood)
    ticket.refuse(by=hood.staff, now=MONDAY, note="不属于政务服务")
    assert (ticket.status, ticket.is_open, running(ticket)) == ("refused", False, {})
    with pytest.raises(NotNow):
        ticket.accept(by=hood.staff)


def test_the_caller_is_hidden_until_somebody_says_why(hood: Hood, client: Client) -> None:
    ticket = handled(hood)
    client.force_login(hood.worker)
    page = client.get(reverse("cases:page", args=[ticket.number])).content.decode()
    assert "熊**" in page
    assert "熊小雨" not in page
    assert "19933025228" not in page
    shown = client.post(reverse("cases:reveal", args=[ticket.number]), {"reason": "回电核实情况"}).content.decode()
    assert "19933025228" in shown
    assert Reveal.objects.get().seen_by == hood.worker


def test_the_page_suggests_open_incidents_at_the_same_place(hood: Hood, client: Client) -> None:
    incident = an_incident(hood, now=timezone.now())
    ticket = handled(hood, received_at=timezone.now(), now=timezone.now())
    client.force_login(hood.worker)
    page = client.get(reverse("cases:page", args=[ticket.number])).content.decode()
    assert incident.number in page
    answer = client.post(reverse("cases:act", args=[ticket.number, "link"]), {"incident": incident.number})
    assert answer.status_code == 302
    ticket.refresh_from_db()
    assert ticket.linked_incident == incident
    assert "一并办结" in client.get(reverse("cases:page", args=[ticket.number])).content.decode()


def test_a_bad_incident_number_is_told_beside_the_field(hood: Hood, client: Client) -> None:
    ticket = handled(hood)
    client.force_login(hood.worker)
    answer = client.post(reverse("cases:act", args=[ticket.number, "link"]), {"incident": "SJ0"})
    assert answer.status_code == 422
    assert "没有这个编号" in answer.content.decode()


def test_writing_a_call_down_twice_makes_one_ticket(hood: Hood, client: Client) -> None:
    client.force_login(hood.staff)
    sent = {
        "community": hood.community.pk, "ticket_number": "JN9", "type": "help", "category": "楼道灯", "content": "灯坏了",
        "request_key": "0b0f2a4e-9f0f-4c7e-8f57-0a3d6d1f0001",
    }  # fmt: skip
    first = client.post(reverse("grids:hotline-receive"), sent)
    again = client.post(reverse("grids:hotline-receive"), sent)
    assert (first.status_code, first["Location"]) == (302, again["Location"])
    other = client.post(
        reverse("grids:hotline-receive"), sent | {"request_key": "0b0f2a4e-9f0f-4c7e-8f57-0a3d6d1f0002"}
    )
    assert other.status_code == 422
    assert "已经登记过" in other.content.decode()


def test_one_ticket_becomes_an_incident_in_one_step(hood: Hood, client: Client) -> None:
    ticket = handled(hood)
    client.force_login(hood.worker)
    address = f"{reverse('grids:hotline-raise')}?ticket={ticket.number}"
    form = client.get(address).context["form"]
    sent = {"category": form["category"].value(), "description": form["description"].value()}
    assert client.post(address, sent).status_code == 302
    ticket.refresh_from_db()
    assert ticket.linked_incident == Incident.objects.get()
    assert client.get(address).status_code == 404
