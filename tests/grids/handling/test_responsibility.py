"""Whose minutes it was."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from grids.handling.responsibility import responsibility, total
from grids.models import Incident
from tests.grids.conftest import MONDAY, Report
from tests.neighbourhood import Hood

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def told(incident: Incident, now: object = MONDAY + 30 * DAY) -> list[tuple[str, int]]:
    return [(each.who, each.minutes) for each in responsibility(incident, now)]  # type: ignore[arg-type]


def test_minutes_pass_with_the_signature_not_with_the_dispatch(hood: Hood, report: Report) -> None:
    incident = report("06010")  # working hours
    incident.respond(by=hood.worker, now=MONDAY + 20 * MINUTE)
    incident.dispatch(by=hood.worker, now=MONDAY + HOUR, level=1, note="协调物业")
    incident.respond(by=hood.staff, now=MONDAY + 2 * HOUR)
    incident.resolve(by=hood.staff, now=MONDAY + 3 * HOUR, note="好了")  # 12:30, half an hour into lunch
    incident.verify(by=hood.leader, now=MONDAY + 5 * HOUR)  # 14:30
    incident.rate(by=hood.resident, now=MONDAY + DAY, rating=5)
    assert told(incident) == [
        (hood.grid.name, 20),
        (hood.worker.name, 100),  # until the community signed
        (hood.staff.name, 30),
        ("核查人员", 60),
        ("反映人", 180 + 30),
    ]
    assert total(responsibility(incident, MONDAY + 30 * DAY)) == 7 * 60


def test_a_pause_is_nobodys(hood: Hood, report: Report) -> None:
    incident = report("06010").respond(by=hood.worker, now=MONDAY)
    incident.pause(by=hood.worker, now=MONDAY + HOUR, note="等配件", until=MONDAY + DAY)
    incident.resolve(by=hood.worker, now=MONDAY + 2 * HOUR, note="好了")
    assert told(incident, MONDAY + 2 * HOUR + 10 * MINUTE) == [
        (hood.grid.name, 0), (hood.worker.name, 60), ("暂停计时", 60), ("核查人员", 10),
    ]  # fmt: skip


def test_a_clock_that_never_stops_counts_every_minute(hood: Hood, report: Report) -> None:
    incident = report("L02", now=MONDAY + 12 * HOUR)
    assert told(incident, MONDAY + DAY) == [(hood.grid.name, 12 * 60)]


def test_the_time_while_it_was_closed_is_nobodys(hood: Hood, report: Report) -> None:
    incident = report("L02", by=hood.worker)
    incident.respond(by=hood.worker, now=MONDAY)
    incident.resolve(by=hood.worker, now=MONDAY + HOUR, note="关阀")
    incident.conclude(by=hood.leader, now=MONDAY + 2 * HOUR)
    with time_machine.travel(MONDAY + DAY, tick=False):
        incident.reopen(by=hood.worker, now=MONDAY + DAY, note="又漏了")
    assert told(incident, MONDAY + DAY + HOUR) == [
        (hood.grid.name, 0), (hood.worker.name, 60), ("核查人员", 60), (hood.worker.name, 60),
    ]  # fmt: skip


@pytest.mark.parametrize(("role", "shown"), [("staff", True), ("worker", True), ("resident", False)])
def test_staff_read_it_on_the_page(hood: Hood, report: Report, client: Client, role: str, shown: bool) -> None:
    incident = report().respond(by=hood.worker, now=MONDAY)
    incident.split(by=hood.worker, now=MONDAY, what="路灯也坏了")
    client.force_login(hood.people[role])
    page = client.get(f"/cases/{incident.number}/").content.decode()
    assert ("责任时长" in page) is shown
    assert ("子事件" in page) is shown
