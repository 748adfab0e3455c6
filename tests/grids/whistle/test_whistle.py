"""The community whistles, departments report in: in time, late, together, and to the end."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from community.core.workflow import NotNow, NotYours
from community.notices.models import Notice
from community.timers.models import Deadline
from community.timers.sweep import sweep
from grids.models import Department, Incident, Whistle, WhistleCall
from grids.whistle.promptness import promptness
from tests.neighbourhood import Hood, Town, account
from tests.specimens import MONDAY, a_call, a_ticket, a_wish, an_incident

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def monday() -> Any:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def squad(hood: Hood) -> Department:
    """A department of the street with a contact of its own."""
    contact = account(hood.community, "resident", phone_verified=True)
    return Department.objects.create(street=hood.community.street, name="综合执法队", contact=contact)


@pytest.fixture
def barber(hood: Hood) -> Department:
    """A partner unit, for which its liaison speaks."""
    return Department.objects.create(street=hood.community.street, name="理发店", partner_unit=hood.unit)


def blown(hood: Hood, *departments: Department, **more: Any) -> tuple[Incident, Whistle]:
    incident = an_incident(hood, **more)
    return incident, Whistle.blow(incident, departments, by=hood.staff, reason="请到场", now=MONDAY)


def call_on(whistle: Whistle, department: Department) -> WhistleCall:
    return whistle.calls.get(department=department)


def test_departments_report_in_do_their_part_and_the_whistle_ends(
    hood: Hood, squad: Department, barber: Department
) -> None:
    incident, whistle = blown(hood, squad, barber)
    first, second = call_on(whistle, squad), call_on(whistle, barber)
    assert (first.handler, second.handler) == (squad.contact, hood.partner)
    assert Notice.objects.filter(recipient=hood.partner, code="whistle.called").exists()
    # Four working hours from half past nine, with the lunch break between.
    assert first.due_at == first.report_due_at == MONDAY + 5.5 * HOUR
    first.report_in(by=squad.contact, now=MONDAY + HOUR)
    assert (first.responded_at, first.in_time, first.awaits_user) == (MONDAY + HOUR, True, squad.contact)
    assert Notice.objects.filter(recipient=hood.staff, code="whistle.reported_in").exists()
    first.remark(by=squad.contact, now=MONDAY + HOUR, note="今天下午拆除")
    first.finish(by=squad.contact, now=MONDAY + 5 * HOUR, note="已拆除")
    whistle.refresh_from_db()
    assert whistle.ended_at is None
    second.report_in(by=hood.partner, now=MONDAY + HOUR)
    second.finish(by=hood.partner, now=MONDAY + 6 * HOUR, note="已清运")
    whistle.refresh_from_db()
    assert whistle.ended_at == MONDAY + 6 * HOUR
    # All of it stands in the story of the case itself.
    told = list(incident.timeline.filter(verb__startswith="whistle.").values_list("verb", "note"))
    assert ("whistle.remark", "今天下午拆除") in told
    assert len(told) == 7
    assert not Deadline.objects.running().filter(kind="whistle").exists()


def test_a_missed_report_in_is_reminded_and_goes_up_to_the_street(town: Town) -> None:
    hood = town.ours
    department = Department.objects.create(street=town.street, name="综合执法队", contact=hood.neighbour)
    _incident, whistle = blown(hood, department)
    call = call_on(whistle, department)
    seen = {}
    for hours in (3, 6, 30):
        sweep(MONDAY + hours * HOUR)
        call.refresh_from_db()
        seen[hours] = (call.tier, Notice.objects.filter(case=call, recipient=hood.neighbour).count())
    assert [tier for tier, _notices in seen.values()] == [0, call.Tier.COMMUNITY, call.Tier.STREET]
    assert seen[3][1] < seen[6][1]
    assert Notice.objects.filter(case=call, recipient=town.officer).exists()
    with time_machine.travel(MONDAY + 31 * HOUR):
        call.report_in(by=hood.neighbour)
        assert (call.in_time, call.tier) == (False, 0)


def test_an_urgent_whistle_gives_half_an_hour_at_night_too(hood: Hood, squad: Department) -> None:
    from grids.models import Category

    night = MONDAY.replace(hour=23)
    urgent = Category.objects.filter(code="L01").get()
    incident = an_incident(hood, category=urgent, now=night)
    whistle = Whistle.blow(incident, [squad], by=hood.staff, reason="抢修", now=night)
    assert call_on(whistle, squad).due_at == night + HOUR / 2


def test_only_the_community_blows_on_what_is_open_and_here(town: Town) -> None:
    hood = town.ours
    here = Department.objects.create(street=town.street, name="市政所", contact=hood.neighbour)
    far = Department.objects.create(street=town.far.community.street, name="市政所", contact=hood.neighbour)
    incident = an_incident(hood)
    for by in (hood.worker, hood.resident, town.theirs.staff):
        with pytest.raises(NotYours):
            Whistle.blow(incident, [here], by=by, reason="请到场", now=MONDAY)
    with pytest.raises(ValidationError, match="本街道"):
        Whistle.blow(incident, [far], by=hood.staff, reason="请到场", now=MONDAY)
    with pytest.raises(ValidationError, match="需要部门做什么"):
        Whistle.blow(incident, [here], by=hood.staff, reason=" ", now=MONDAY)
    with pytest.raises(NotNow, match="不吹哨"):
        Whistle.blow(a_wish(hood), [here], by=hood.staff, reason="请到场", now=MONDAY)
    incident.void(by=hood.staff, now=MONDAY, note="误报")
    with pytest.raises(NotNow, match="已经结束"):
        Whistle.blow(incident, [here], by=hood.staff, reason="请到场", now=MONDAY)
    assert not Whistle.objects.exists()


def test_whistling_again_calls_only_those_not_yet_called(hood: Hood, squad: Department, barber: Department) -> None:
    incident, whistle = blown(hood, squad)
    again = Whistle.blow(incident, [squad, barber], by=hood.staff, reason="还要清运", now=MONDAY)
    assert (again, whistle.calls.count()) == (whistle, 2)
    with pytest.raises(NotNow, match="都已经呼叫过"):
        Whistle.blow(incident, [squad, barber], by=hood.staff, reason="快点", now=MONDAY)


def test_a_ticket_can_be_whistled_on_too(hood: Hood, squad: Department) -> None:
    whistle = Whistle.blow(a_ticket(hood), [squad], by=hood.staff, reason="请到场", now=MONDAY)
    assert call_on(whistle, squad).status == "called"


def test_when_the_case_ends_nobody_is_called_any_more(hood: Hood, squad: Department) -> None:
    incident, whistle = blown(hood, squad)
    incident.void(by=hood.staff, now=MONDAY + HOUR, note="误报")
    call = call_on(whistle, squad)
    whistle.refresh_from_db()
    assert (call.status, call.due_at, whistle.ended_at) == ("released", None, MONDAY + HOUR)
    assert not Deadline.objects.running().filter(case=call).exists()


def test_a_department_without_anybody_goes_to_the_street(town: Town) -> None:
    empty = Department.objects.create(street=town.street, name="环卫所")
    _incident, whistle = blown(town.ours, empty)
    assert (call_on(whistle, empty).awaits_user, call_on(whistle, empty).awaits_perm) == (None, "lead_street")


def test_nobody_reports_in_for_another_department(hood: Hood, squad: Department, barber: Department) -> None:
    _incident, whistle = blown(hood, squad, barber)
    for by in (hood.partner, hood.staff, hood.worker):
        with pytest.raises(NotYours):
            call_on(whistle, squad).report_in(by=by, now=MONDAY)


def test_the_contact_sees_the_call_but_not_the_person(hood: Hood, squad: Department, client: Client) -> None:
    incident, whistle = blown(hood, squad)
    call = call_on(whistle, squad)
    assert squad.contact
    client.force_login(squad.contact)
    assert call.title in client.get(reverse("grids:whistle-inbox")).content.decode()
    page = client.get(reverse("cases:page", args=[call.number])).content.decode()
    assert "请到场" in page
    assert "单元门口堆了垃圾" in page
    assert hood.resident.name not in page
    assert client.get(reverse("cases:page", args=[incident.number])).status_code == 404
    assert client.post(reverse("cases:act", args=[call.number, "report_in"]), {"note": "马上到"}).status_code == 302
    call.refresh_from_db()
    assert call.status == "present"


def test_blowing_on_the_page_of_the_case(hood: Hood, squad: Department, client: Client) -> None:
    incident = an_incident(hood)
    client.force_login(hood.staff)
    address = reverse("grids:whistle-blow", args=[incident.number])
    assert address in client.get(reverse("cases:page", args=[incident.number])).content.decode()
    assert client.post(address, {"departments": [squad.pk], "reason": ""}).status_code == 422
    assert client.post(address, {"reason": "请到场"}).status_code == 422
    assert client.post(address, {"departments": [squad.pk], "reason": "请到场"}).status_code == 302
    page = client.get(reverse("cases:page", args=[incident.number])).content.decode()
    assert "吹哨：请综合执法队报到" in page
    assert "都已经呼叫过" in client.get(address).content.decode()
    client.force_login(hood.resident)
    assert "综合执法队" not in client.get(reverse("cases:page", args=[incident.number])).content.decode()


def test_the_street_sees_figures_of_departments(town: Town, client: Client) -> None:
    hood = town.ours
    call = a_call(hood)
    call.report_in(by=hood.partner, now=MONDAY + HOUR)
    late = a_call(hood)
    late.report_in(by=hood.partner, now=MONDAY + 8 * HOUR)
    a_call(hood)
    with time_machine.travel(MONDAY + 8 * HOUR):
        (row,) = promptness([hood.community.pk])
        assert (row.name, row.called, row.due, row.in_time, row.percent) == ("综合执法队", 3, 3, 1, 33)
        client.force_login(town.officer)
        page = client.get(reverse("grids:whistles"))
        assert "1 / 3" in page.content.decode()
        assert len(page.context["page"].rows) == 3
        assert len(client.get(reverse("grids:whistles"), {"state": "called"}).context["page"].rows) == 1
        client.force_login(town.far.secretary)
        assert client.get(reverse("grids:whistles")).context["page"].rows == []
