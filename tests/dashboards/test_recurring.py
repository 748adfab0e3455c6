"""What came of the recurring duties: every number of the page is the number of the rows it leads to."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.dashboards.refresh import refresh
from community.duties.models import Duty, Plan
from community.duties.planning import plan_ahead
from community.timers.sweep import sweep
from grids.models import Patrol
from grids.patrols.models import Receipt
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY, a_patrol

pytestmark = pytest.mark.django_db
NOON = MONDAY + timedelta(days=3)


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def lived(hood: Hood) -> None:
    """Three days of sweeping a stairway: done, done late, missed."""
    Plan.objects.create(
        kind="duty", community=hood.community, grid=hood.grid, title="楼道清扫", starts_on=MONDAY.date(),
        assignee=hood.worker, grace=120,
    )  # fmt: skip
    plan_ahead(MONDAY - timedelta(hours=3), days=3)
    first, second, _third = Duty.objects.filter(community=hood.community).order_by("day")
    first.finish(by=hood.worker, now=first.closes_at - timedelta(hours=1))
    second.finish(by=hood.worker, now=second.closes_at + timedelta(minutes=30))
    sweep(NOON + timedelta(days=1))
    refresh(NOON)


def test_every_number_leads_to_as_many_rows(client: Client, town: Town) -> None:
    lived(town.ours)
    lived(town.theirs)
    client.force_login(town.ours.secretary)
    page = client.get("/dashboard/duties/")
    (line,) = page.context["kinds"]
    assert [cell["value"] for cell in line["cells"]] == [3, 2, 1, 1]
    grids = {line["name"]: [cell["value"] for cell in line["cells"]] for line in page.context["grids"]}
    assert grids == {"第1网格": [3, 2, 1, 1], "第2网格": [0, 0, 0, 0]}
    for cell in line["cells"]:
        rows = client.get(cell["href"]).context["lines"]
        assert len(rows) == cell["value"], cell
        assert {row["duty"].community for row in rows} == {town.ours.community}
    told = client.get("/dashboard/").content.decode()
    assert "应做 3 次，完成 2 次（迟做 1 次），未完成 1 次" in told


def test_what_a_phone_kept_without_network_is_counted(client: Client, hood: Hood) -> None:
    patrol = a_patrol(hood)
    for later, choice, off in ((0, "", False), (40, "", False), (60, "leave", False), (900, "", True)):
        Receipt.objects.create(
            user=hood.worker, key=uuid.uuid4(), kind="tick", patrol=Patrol.objects.get(pk=patrol.pk), choice=choice,
            phone_at=MONDAY, received_at=MONDAY + timedelta(minutes=later), clock_off=off,
        )  # fmt: skip
    refresh(NOON)
    client.force_login(hood.secretary)
    assert "2 条联网后补传，1 条有冲突" in client.get("/dashboard/").content.decode()
    rows = client.get("/dashboard/duties/?kind=patrol&state=settled").context["lines"]
    assert [row["duty"].pk for row in rows] == [patrol.pk]


def test_wrong_choices_show_everything_and_another_grid_nothing(client: Client, town: Town) -> None:
    client.force_login(town.ours.secretary)
    assert client.get("/dashboard/duties/?kind=%00&state=%F0&days=-1").context["page"] is None
    for wrong in (str(town.theirs.grid.pk), "x", "9" * 30):
        assert client.get("/dashboard/duties/", {"grid": wrong}).status_code == 404
    client.force_login(town.ours.worker)
    assert client.get("/dashboard/duties/").status_code in (403, 404)


def test_more_duties_ask_no_more(client: Client, hood: Hood) -> None:
    client.force_login(hood.secretary)
    lived(hood)
    client.get("/dashboard/duties/?kind=duty")
    few = _queries(client)
    for n in range(6):
        Plan.objects.create(
            kind="duty", community=hood.community, grid=hood.grid, title=f"楼道{n}", starts_on=MONDAY.date(),
            assignee=hood.worker,
        )  # fmt: skip
    plan_ahead(NOON - timedelta(hours=5), days=1)
    assert _queries(client) == few


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get("/dashboard/duties/?kind=duty").context["lines"]
    return len(seen)
