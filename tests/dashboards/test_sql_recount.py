"""The secretary's figures agree with a recount by plain SQL, and every figure leads to exactly its rows."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import localdate

from community.dashboards.period import Period
from community.dashboards.refresh import refresh
from community.dashboards.shown import Shown
from community.directory.models import Dwelling, Person
from community.timers.sweep import sweep
from grids.models import Category, Incident, RecurringSpot, Visit
from tests.dashboards.conftest import NOW, account
from tests.dashboards.walks import Walk, building_in

pytestmark = pytest.mark.django_db
DAYS = 30


def told(sql: str, **given: Any) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return tuple(cursor.fetchone())


# Written down once more and otherwise: no cells, no helpers, the words of the definition.
SIX = """
    WITH incident AS (
        SELECT c.*,
            EXISTS (SELECT FROM timers_deadline d WHERE d.case_id = c.id AND d.clock = 'respond' AND d.is_due
                    AND d.due_at < c.responded_at AND (d.fired_at IS NOT NULL OR d.stopped_at > d.due_at)) AS late_response,
            EXISTS (SELECT FROM timers_deadline d WHERE d.case_id = c.id AND d.clock = 'handle' AND d.is_due
                    AND d.due_at < c.resolved_at AND (d.fired_at IS NOT NULL OR d.stopped_at > d.due_at)) AS late_handling
        FROM core_case c WHERE c.kind = 'incident' AND c.community_id = %(here)s
    )
    SELECT count(*) FILTER (WHERE closed_at IS NULL),
           count(*) FILTER (WHERE closed_at IS NULL AND due_at <= %(now)s),
           round(100.0 * count(*) FILTER (WHERE responded_at >= %(begins)s AND NOT late_response)
                 / nullif(count(*) FILTER (WHERE responded_at >= %(begins)s), 0)),
           round(100.0 * count(*) FILTER (WHERE resolved_at >= %(begins)s AND NOT late_handling)
                 / nullif(count(*) FILTER (WHERE resolved_at >= %(begins)s), 0)),
           (SELECT count(*) FROM core_case WHERE kind = 'wish' AND status = 'granted' AND community_id = %(here)s
            AND closed_at >= %(begins)s),
           (SELECT count(*) FROM duties_occurrence WHERE kind = 'patrol' AND status = 'done'
            AND community_id = %(here)s AND day > %(today)s - 30 AND day <= %(today)s)
    FROM incident
"""
FEEDBACK = """
    SELECT count(*) FILTER (WHERE fired_at IS NULL AND stopped_at <= due_at AND stopped_at >= %(begins)s
                            AND stop_reason NOT IN ('pause', 'recategorise', 'void')),
           count(*) FILTER (WHERE (fired_at IS NOT NULL OR stopped_at > due_at)
                            AND coalesce(fired_at, stopped_at) >= %(begins)s)
    FROM timers_deadline WHERE kind = 'incident' AND clock = 'feedback' AND is_due AND community_id = %(here)s
"""


@pytest.mark.parametrize("seed", [1, 4])
def test_the_six_and_the_feedback_agree_with_plain_sql(
    seed, clock, here, there, grid, other_grid, secretary, volunteer, resident, worker
):
    walk, elsewhere = Walk(seed, [secretary, volunteer, resident, worker], NOW), account("东邻居民", there)
    walk.plan_patrols(grid)
    for _ in range(12):
        walk.report(here, walk.dice.choice([grid, other_grid, None]))
        big(there, None, elsewhere, walk.now)
        big(here, grid, resident, walk.now)
        walk.raise_wish(here, grid)
        for _ in range(12):
            walk.step()
    sweep(walk.now)
    clock.move_to(walk.now)
    refresh(walk.now)
    shown = Shown(secretary, [here], Period(DAYS, localdate(walk.now)), here)
    midnight = walk.now.replace(hour=0, minute=0, second=0, microsecond=0)
    given = {
        "here": here.pk,
        "now": walk.now,
        "today": localdate(walk.now),
        "begins": midnight - timedelta(days=DAYS - 1),
    }
    assert [None if figure.value == "–" else figure.value for figure in shown.figures] == list(told(SIX, **given))
    numbers = shown.material.now
    assert (numbers.of("incident", "feedback_kept"), numbers.of("incident", "feedback_missed")) == told(
        FEEDBACK, **given
    )


def big(community: Any, grid: Any, by: Any, now: Any) -> Incident:
    """Its reporter is promised a word within a day."""
    category = Category.objects.filter(size=Category.Size.BIG, variant="").exclude(handling_unit="clock").first()
    assert category is not None
    return Incident.report(by=by, community=community, grid=grid, category=category, place="3号楼东侧", now=now)


def facts(user: Any, community: Any) -> dict[str, Any]:
    refresh()
    return {fact.label: fact for fact in Shown(user, [community], Period(DAYS, localdate(NOW)), community).facts}


def rows_behind(client: Client, fact: Any) -> set[Any]:
    return {row.pk for row in client.get(fact.href).context["page"].rows}


def test_kept_and_missed_feedback_lead_to_their_incidents(
    clock, client: Client, here, grid, resident, worker, secretary
):
    kept, missed, moved = (big(here, grid, resident, NOW - timedelta(days=3)) for _ in range(3))
    for incident in (kept, missed, moved):
        incident.respond(by=worker, now=NOW - timedelta(days=3))
    kept.progress(by=worker, now=NOW - timedelta(days=3), note="已约施工队")
    small = Category.objects.get(code="06010", variant="")
    moved.recategorise(by=worker, category=small, now=NOW - timedelta(days=3))
    sweep(NOW)
    client.force_login(secretary)
    found = facts(secretary, here)
    assert rows_behind(client, found["大事按时反馈"]) == {kept.pk}
    assert rows_behind(client, found["大事反馈超时"]) == {missed.pk}
    assert (found["大事按时反馈"].value, found["大事反馈超时"].value) == ("1 件", "1 件")


def test_recurring_spots_lead_to_the_open_ones(clock, client: Client, here, there, grid, resident, secretary, officer):
    category = Category.objects.get(code="06010", variant="")
    for days in (20, 10, 0):
        Incident.report(
            by=resident, community=here, building=building_in(grid), category=category, now=NOW - timedelta(days=days)
        )
    fact = facts(secretary, here)["重复点位"]
    assert fact.value == "1 处，本期新增 1 处"
    client.force_login(secretary)
    assert rows_behind(client, fact) == {RecurringSpot.objects.get().pk}
    client.force_login(officer)
    assert "重复点位" not in facts(officer, there)
    assert client.get(f"/grids/spots/?community={there.pk}").context["page"].rows == []

    RecurringSpot.objects.get().settle(by=secretary, note="装了围挡", now=NOW)
    assert "重复点位" not in facts(secretary, here)


def test_follow_ups_done_and_missed_lead_to_their_visits(
    clock, client: Client, here, grid, resident, worker, secretary
):
    home = Dwelling.objects.create(building=building_in(grid), unit="1单元", room="101")
    resident.person = Person.objects.create(community=here, name="张居民", dwelling=home)
    resident.save()
    category = Category.objects.get(code="06010", variant="")
    visits = []
    for _ in range(3):
        incident = Incident.report(by=resident, community=here, grid=grid, category=category, place="楼前", now=NOW)
        visits.append(
            Visit.send(dwelling=home, about=incident, by=None, now=NOW, until=NOW + timedelta(hours=3), name="回访")
        )
    done, missed, _open = visits
    Visit.objects.filter(pk=done.pk).update(status="done", due_at=None, ended_at=NOW)
    Visit.objects.filter(pk=missed.pk).update(status="missed", due_at=None, ended_at=NOW)
    found = facts(secretary, here)
    client.force_login(secretary)
    assert (found["一事一访已回访"].value, found["一事一访到期未访"].value) == ("1 次", "1 次")
    assert rows_behind(client, found["一事一访已回访"]) == {done.pk}
    assert rows_behind(client, found["一事一访到期未访"]) == {missed.pk}
