"""The cells always say what the cases say, however they came about."""

import threading
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from community.core.models import Case, Entry
from community.dashboards.models import Cell, Watermark
from community.dashboards.refresh import rebuild, refresh
from community.duties.models import Occurrence
from points.ledger import Source, reverse
from points.models import Line, Posting
from tests.dashboards.conftest import NOW
from tests.dashboards.walks import Walk, local_day

pytestmark = pytest.mark.django_db


def cells() -> dict[tuple[Any, ...], int]:
    keys = ("community", "cut", "grid", "day", "kind", "category", "measure")
    return {row[:-1]: row[-1] for row in Cell.objects.values_list(*keys, "value")}


def missed(case: Case, clocks: set[str], before: datetime) -> bool:
    rows = [row for row in case.deadlines.all() if row.is_due and row.clock in clocks and row.due_at < before]
    return any(row.fired_at or (row.stopped_at and row.stopped_at > row.due_at) for row in rows)


def facts_of(case: Case, now: datetime) -> list[tuple[Any, str, int]]:
    """Day (None: the present), measure and value of everything that one wish adds to the statistics."""
    found: list[tuple[Any, str, int]] = [(local_day(case.raised_at), "raised", 1)]

    def minutes(at: datetime) -> int:
        return int((at - case.raised_at) / timedelta(minutes=1))

    if at := case.responded_at:
        found += [(local_day(at), "responded", 1), (local_day(at), "response_minutes", minutes(at))]
        found += [] if missed(case, {"vet", "respond"}, at) else [(local_day(at), "responded_in_time", 1)]
    if at := case.resolved_at:
        found += [(local_day(at), "resolved", 1), (local_day(at), "handling_minutes", minutes(at))]
        found += [] if missed(case, {"claim", "move_on", "handle"}, at) else [(local_day(at), "resolved_in_time", 1)]
    if at := case.closed_at:
        found.append((local_day(at), "closed", 1))
        found += [(local_day(at), "granted", 1)] if case.status == "granted" else []
    if case.rated_at:
        found += [(local_day(case.rated_at), "rated", 1), (local_day(case.rated_at), "rating_sum", case.rating or 0)]
    told = {"claim": "claimed", "clock.due": "missed"}
    found += [(local_day(entry.at), told[entry.verb], 1) for entry in case.timeline.all() if entry.verb in told]
    found += [(local_day(at), f"feedback_{how}", 1) for how, at in feedback_of(case)]
    return found + (present_facts_of(case, now) if case.is_open else [])


def feedback_of(case: Case) -> list[tuple[str, datetime]]:
    """Whether the reporters of big matters heard within a day, and when that was settled."""
    found = []
    for row in case.deadlines.all():
        if row.clock != "feedback" or not row.is_due:
            continue
        late = row.stopped_at if row.stopped_at and row.stopped_at > row.due_at else None
        if ended := row.fired_at or late:
            found.append(("missed", ended))
        elif row.stopped_at and row.stop_reason not in ("pause", "recategorise", "void"):
            found.append(("kept", row.stopped_at))
    return found


def present_facts_of(case: Case, now: datetime) -> list[tuple[None, str, int]]:
    found = [(None, "open", 1)]
    if case.due_at and case.due_at <= now:
        found.append((None, "overdue", 1))
    elif case.due_at and case.due_at <= now + timedelta(hours=4):
        found.append((None, "due_soon", 1))
    found += [(None, "escalated", 1)] if case.tier else []
    return [*found, (None, f"state.{case.status}", 1)]


def recounted(now: datetime) -> dict[tuple[Any, ...], int]:
    """The same cells counted one by one in Python."""
    found: Counter[tuple[Any, ...]] = Counter()
    for case in Case.objects.select_related("wish", "incident").prefetch_related("timeline", "deadlines"):
        category = case.wish.group if case.kind == "wish" else str(case.incident.category_id)
        for day, measure, value in facts_of(case, now):
            found[(case.community_id, "total", None, day, case.kind, "", measure)] += value
            found[(case.community_id, "grid", case.grid_id, day, case.kind, "", measure)] += value
            found[(case.community_id, "category", None, day, case.kind, category, measure)] += value
    for duty in Occurrence.objects.filter(day__lte=local_day(now)):
        late = {"late"} if duty.is_late else set()
        for measure in {"planned", duty.status} | late if duty.status != "called_off" else {"called_off"}:
            found[(duty.community_id, "total", None, duty.day, "patrol", "", measure)] += 1
            found[(duty.community_id, "grid", duty.grid_id, duty.day, "patrol", "", measure)] += 1
    for line in Line.objects.filter(account__kind="issuance", account__asset="points").select_related("posting"):
        for cut in ("total", "grid"):
            key = (line.posting.community_id, cut, None, local_day(line.posting.at), "points", "", "posted")
            found[key] -= line.amount
    return dict(found)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cells_equal_a_recount_after_random_verbs(
    seed, here, there, grid, other_grid, secretary, volunteer, resident, worker
):
    walk = Walk(seed, [secretary, volunteer, resident, worker], NOW)
    walk.plan_patrols(grid)
    refresh(walk.now)
    for _ in range(6):
        for _ in range(3):
            walk.raise_wish(*walk.dice.choice([(here, grid), (here, other_grid), (here, None), (there, None)]))
            walk.report(here, walk.dice.choice([grid, None]))
        for _ in range(20):
            walk.step()
        refresh(walk.now)
        assert cells() == recounted(walk.now)
    by_increments = cells()
    rebuild(walk.now)
    assert cells() == by_increments


def test_a_correction_of_the_ledger_is_counted_though_no_case_moved(clock, here, secretary, volunteer, resident):
    wish = Walk(1, [resident], NOW).raise_wish(here, None)
    wish.publish(by=secretary)
    wish.claim(by=volunteer)
    wish.fulfil(by=volunteer, note="换好了")
    wish.confirm(by=resident, rating=5)
    refresh()
    assert Cell.objects.get(measure="posted", cut="total").value == 10
    with connection.cursor() as cursor:  # let the entries fall behind the mark
        cursor.execute("UPDATE dashboards_watermark SET reached = now()")
    reverse(Posting.objects.get(), key="correction", source=Source("更正"), by=secretary, now=NOW)
    refresh()
    assert Cell.objects.get(measure="posted", cut="total").value == 0


def test_the_command_counts_everything_anew(clock, here, grid, resident):
    Walk(1, [resident], NOW).raise_wish(here, grid)
    refresh()
    before = cells()
    Cell.objects.update(value=99)
    call_command("rebuild_statistics")
    assert cells() == before


def test_a_refresh_takes_the_same_number_of_queries_whatever_happened(here, grid, secretary, volunteer, resident):
    walk = Walk(5, [secretary, volunteer, resident], NOW)
    refresh(NOW)
    counts = []
    for size in (1, 30):
        for _ in range(size):
            walk.raise_wish(here, grid)
            walk.step()
        with CaptureQueriesContext(connection) as captured:
            refresh(walk.now)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_cells_that_stay_are_not_written_again(clock, here, grid, resident):
    Walk(1, [resident], NOW).raise_wish(here, grid)
    refresh()
    before = row_versions()
    refresh()
    assert row_versions() == before


def row_versions() -> set[tuple[int, str]]:
    """PostgreSQL gives every written version of a row the number of its transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, xmin::text FROM {Cell._meta.db_table}")
        return set(cursor.fetchall())


def test_cells_that_no_longer_hold_disappear(clock, here, grid, secretary, resident):
    wish = Walk(1, [resident], NOW).raise_wish(here, grid)
    refresh()
    assert Cell.objects.present().filter(measure="open").exists()
    wish.decline(by=secretary, note="不在范围内", now=NOW)
    refresh()
    assert not Cell.objects.present().exists()


def test_an_entry_of_a_transaction_that_commits_late_is_still_counted(clock, here, grid, resident):
    """The entry carries the start of its transaction: older than a refresh that ran meanwhile."""
    refresh()
    mark = Watermark.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (begun,) = cursor.fetchone()
    assert mark.reached <= begun - timedelta(minutes=2), "the mark stays behind what may still commit"
    Walk(1, [resident], NOW).raise_wish(here, grid)
    assert Entry.objects.filter(recorded_at__gte=mark.reached).exists()
    refresh()
    assert Cell.objects.get(measure="raised", cut="total").value == 1


@pytest.mark.django_db(transaction=True)
def test_two_refreshes_at_once_do_not_double(clock, here, grid, resident):
    Walk(1, [resident], NOW).raise_wish(here, grid)
    Watermark.objects.create(name=Watermark.CELLS)
    outcome: list[int | None] = []

    def elsewhere() -> None:
        try:
            outcome.append(refresh())
        finally:
            connection.close()

    with transaction.atomic():
        Watermark.taken()
        other = threading.Thread(target=elsewhere)
        other.start()
        other.join()
    assert outcome == [None], "the second worker leaves at once"
    refresh()
    assert Cell.objects.get(measure="raised", cut="total").value == 1
