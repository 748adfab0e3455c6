"""The harness fills what the hub itself could have written: its rows pass the constraints and live on under verbs."""

import pytest
from django.db import connection

from community.core.models import Case, Entry
from community.directory.models import User
from community.notices.models import Notice
from community.timers.models import Deadline
from grids.models import Incident
from tests.load import population
from tests.load.history import History
from tests.load.report import Line, at, table
from wishes.models import Wish

CASES = 300


@pytest.fixture
def filled(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    small = {"STREETS": 1, "COMMUNITIES": 1, "GRIDS": 2, "BUILDINGS": 2, "DOORS": 2, "RESIDENTS": 6, "VOLUNTEERS": 1}
    for name, count in small.items():
        monkeypatch.setattr(population, name, count)
    population.build()
    History(CASES).write()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.usefixtures("filled")
def test_the_history_is_whole() -> None:
    assert Case.objects.count() == Wish.objects.count() + Incident.objects.count() == CASES
    open_share = Case.objects.filter(closed_at=None).count() / CASES
    assert 0.01 <= open_share <= 0.03
    assert Entry.objects.count() >= 3 * CASES
    assert not Deadline.objects.running().filter(case__closed_at__isnull=False).exists()
    assert not Case.objects.filter(closed_at=None).exclude(deadlines__in=Deadline.objects.running()).exists()
    assert all(notice.title for notice in Notice.objects.all()[:20])


@pytest.mark.usefixtures("filled")
def test_an_open_case_moves_on_and_a_new_one_gets_the_next_number() -> None:
    staff, resident = User.objects.get(username__regex="^s.*-0$"), User.objects.filter(username__startswith="r").first()
    assert resident is not None
    assert resident.community is not None
    wish = Wish.submit(by=resident, community=resident.community, title="修灯", description="")
    assert wish.pk > CASES
    wish.publish(by=staff)
    open_wish = Wish.objects.filter(status="submitted").first() or wish
    assert open_wish.moves_for(staff)


def test_the_table_compares_sizes_and_names_the_share_of_the_bare_view() -> None:
    lines = [
        Line("insert, bare view", 1000, 1000.0, 4, 9, 12, 1, 1.0, {}, 100, 10),
        Line("create", 1000, 250.0, 10, 20, 30, 12, 5.0, {}, 100, 10),
        Line("create", 100_000, 200.0, 15, 30, 60, 12, 6.0, {"500": 2}, 100, 10),
    ]
    rows = table(lines).splitlines()
    assert rows[3].endswith("| 1.00× | 1.00× | 1.00× | 0.25 |")
    assert "| 1.50× | 1.20× | 1.00× |" in rows[4]
    assert "UNEXPECTED {'500': 2}" in str(lines[2])


@pytest.mark.parametrize(("share", "value"), [(0.5, 3), (0.95, 4), (0.99, 4), (0.0, 1)])
def test_percentiles_are_taken_from_the_ordered_list(share: float, value: float) -> None:
    assert at([1, 2, 3, 4], share) == value
