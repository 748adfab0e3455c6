"""The sweep's manners: what fails steps aside, what is being moved is left alone, the ladder is climbed in order."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, Event
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from community.core.models import Case
from community.core.verbs import followers
from community.core.workflow import MoveError, NotNow
from community.notices.models import Notice
from community.timers.models import Deadline
from community.timers.sweep import ATTEMPTS, Firing, Swept, listeners, sweep
from tests.neighbourhood import Hood, build_town
from tests.timers.overdue import unconfirmed, unvetted
from wishes.models import Wish

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
WAIT = 30


@pytest.fixture
def listening() -> Iterator[Callable[[Callable[[Firing], None]], None]]:
    """Adds a listener for one test."""
    before = list(listeners)
    yield listeners.append
    listeners[:] = before


T = TypeVar("T")


def threaded(action: Callable[[], T]) -> Callable[[], T]:
    def run() -> T:
        try:
            return action()
        finally:
            connection.close()

    return run


def test_a_poisoned_rung_steps_aside_and_the_others_fire(hood: Hood, listening: Callable[..., None]) -> None:
    poisoned, *_rest = unvetted(hood, 5, NOW)

    def refuse(firing: Firing) -> None:
        if firing.matter.pk == poisoned:
            raise ZeroDivisionError("broken listener")

    listening(refuse)
    assert sweep(NOW) == Swept(fired=8, failed=2)
    row = Deadline.objects.filter(case=poisoned, rung="due").get()
    assert (row.attempts, row.fired_at, row.failed_at, row.try_at) == (1, None, None, NOW + timedelta(minutes=2))
    assert row.error == "ZeroDivisionError: broken listener"
    assert not Case.objects.get(pk=poisoned).timeline.exists()
    assert not Notice.objects.filter(case=poisoned).exists()
    assert sweep(NOW) == Swept()


def test_a_poisoned_rung_is_tried_again_later_and_later_then_left(hood: Hood, listening: Callable[..., None]) -> None:
    unconfirmed(hood, 1, NOW)
    tried: list[int] = []

    def refuse(firing: Firing) -> None:
        tried.append(round((firing.now - NOW).total_seconds() / 60))
        raise ZeroDivisionError

    listening(refuse)
    for minute in range(120):
        sweep(NOW + timedelta(minutes=minute))
    assert tried == [0, 2, 6, 14, 30]
    row = Deadline.objects.get()
    assert (row.attempts, row.failed_at) == (ATTEMPTS, NOW + timedelta(minutes=30))
    assert list(Deadline.objects.failed()) == [row]
    assert Case.objects.get().status == Wish.Status.FULFILLED


def test_a_rung_that_failed_once_fires_at_the_next_try(hood: Hood, listening: Callable[..., None]) -> None:
    (case_id,) = unconfirmed(hood, 1, NOW)
    failures = [ZeroDivisionError()]

    def refuse_once(firing: Firing) -> None:
        if failures:
            raise failures.pop()

    listening(refuse_once)
    sweep(NOW)
    assert sweep(NOW + timedelta(minutes=2)) == Swept(fired=1)
    row = Deadline.objects.get(case=case_id)
    assert (row.attempts, row.error, row.failed_at) == (2, "", None)
    assert [entry.verb for entry in Case.objects.get(pk=case_id).timeline.all()] == ["close_unconfirmed"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"clock": "no_such_clock"}, "LookupError: wish has no clock no_such_clock"),
        ({"rung": "no_such_rung"}, "LookupError: clock vet has no rung no_such_rung"),
        ({"kind": "no_such_kind"}, "LookupError: no_such_kind has no clock vet"),
    ],
)
def test_a_name_that_no_app_knows_stops_nobody_else(hood: Hood, change: dict[str, str], says: str) -> None:
    broken, _whole = unvetted(hood, 2, NOW)
    Deadline.objects.filter(case=broken, rung="due").update(**change)
    assert sweep(NOW) == Swept(fired=3, failed=1)
    assert Deadline.objects.get(fired_at=None).error == says


def test_a_case_of_a_kind_that_is_gone_stops_nobody_else(hood: Hood) -> None:
    broken, _whole = unvetted(hood, 2, NOW)
    Case.objects.filter(pk=broken).update(kind="gone")
    assert sweep(NOW) == Swept(fired=2, failed=2)
    assert {row.error for row in Deadline.objects.filter(case=broken)} == {"KeyError: 'gone'"}


def test_a_sweep_does_about_as_much_as_it_is_asked_to_oldest_first(hood: Hood) -> None:
    young, old = unconfirmed(hood, 2, NOW)
    earlier = NOW - timedelta(hours=1)
    Deadline.objects.filter(case=old).update(due_at=earlier, try_at=earlier)
    assert sweep(NOW, most=1) == Swept(fired=1)
    assert Deadline.objects.get(fired_at=None, kind="wish").case_id == young


def test_what_is_not_due_is_left_alone(hood: Hood) -> None:
    unvetted(hood, 3, NOW)
    assert sweep(NOW - timedelta(seconds=1)) == Swept()


def test_a_rung_that_closes_the_case_stops_the_rungs_behind_it(hood: Hood) -> None:
    (case_id,) = unconfirmed(hood, 1, NOW)
    due = Deadline.objects.get()
    Deadline.objects.create(
        case_id=case_id, community=hood.community, kind="wish", clock="confirm", rung="remind",
        started_at=due.started_at, due_at=NOW, try_at=NOW,
    )  # fmt: skip
    assert sweep(NOW) == Swept(fired=1)
    row = Deadline.objects.get(kind="wish", rung="remind")
    assert (row.fired_at, row.stopped_at, row.stop_reason) == (None, NOW, "close_unconfirmed")


@pytest.mark.parametrize(
    "broken",
    [
        {"stopped_at": NOW},
        {"stop_reason": "publish"},
        {"stopped_at": NOW, "stop_reason": "publish", "fired_at": NOW},
        {"started_at": NOW + timedelta(seconds=1)},
        {"case": None},
    ],
)
def test_the_database_refuses_half_a_deadline(hood: Hood, broken: dict[str, object]) -> None:
    unvetted(hood, 1, NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Deadline.objects.filter(rung="due").update(**broken)


def test_a_clock_runs_once_per_matter(hood: Hood) -> None:
    unvetted(hood, 1, NOW)
    row = Deadline.objects.get(rung="due")
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.django_db(transaction=True)
def test_a_case_that_somebody_is_moving_is_looked_at_again_later() -> None:
    hood = build_town().ours
    busy, _free = unvetted(hood, 2, NOW)
    with transaction.atomic(), ThreadPoolExecutor(1) as other:
        wish = Wish.objects.get(pk=busy)
        wish.lock()
        assert other.submit(threaded(lambda: sweep(NOW))).result(WAIT) == Swept(fired=2, skipped=2)
        wish.withdraw(by=hood.resident, now=NOW)
    assert sweep(NOW) == Swept()
    assert set(Deadline.objects.filter(case=busy).values_list("fired_at", "stop_reason")) == {(None, "withdraw")}


@pytest.mark.django_db(transaction=True)
def test_a_verb_that_comes_while_the_clock_fires_waits_and_is_told(listening: Callable[..., None]) -> None:
    hood = build_town().ours
    (case_id,) = unconfirmed(hood, 1, NOW)
    firing, go_on = Event(), Event()

    def hold(_firing: Firing) -> None:
        firing.set()
        assert go_on.wait(WAIT)

    listening(hold)
    with ThreadPoolExecutor(2) as pool:
        swept = pool.submit(threaded(lambda: sweep(NOW)))
        assert firing.wait(WAIT)
        confirmed = pool.submit(
            threaded(lambda: Wish.objects.get(pk=case_id).confirm(by=hood.resident, now=NOW, rating=5))
        )
        go_on.set()
        assert swept.result(WAIT) == Swept(fired=1)
        with pytest.raises(NotNow):
            confirmed.result(WAIT)
    assert [row.verb for row in Case.objects.get(pk=case_id).timeline.all()] == ["close_unconfirmed"]


@pytest.mark.django_db(transaction=True)
def test_verbs_and_sweeps_at_once_leave_every_case_with_one_ending() -> None:
    hood = build_town().ours
    cases = unconfirmed(hood, 30, NOW)
    line = Barrier(3)

    def confirm(order: list[int]) -> int:
        line.wait(WAIT)
        done = 0
        for case_id in order:
            try:
                Wish.objects.get(pk=case_id).confirm(by=hood.resident, now=NOW, rating=5)
                done += 1
            except MoveError:
                continue
        return done

    def sweeping() -> Swept:
        line.wait(WAIT)
        return sweep(NOW)

    with ThreadPoolExecutor(3) as pool:
        confirmed = pool.submit(threaded(lambda: confirm(cases[::-1])))
        sweeps = [pool.submit(threaded(sweeping)) for _ in range(2)]
        by_hand = confirmed.result(WAIT)
        swept = [future.result(WAIT) for future in sweeps]

    assert [one.failed for one in swept] == [0, 0]
    by_clock = sum(one.fired for one in swept)
    assert by_hand + by_clock == 30
    assert set(Case.objects.values_list("status", flat=True)) == {Wish.Status.GRANTED}
    assert [case.timeline.count() for case in Case.objects.all()] == [1] * 30


def test_followers_fail_with_the_rung(hood: Hood, monkeypatch: pytest.MonkeyPatch) -> None:
    """Points or notices that cannot be written take the closing with them; nothing is half done."""
    (case_id,) = unconfirmed(hood, 1, NOW)

    def fail(step: object) -> None:
        raise RuntimeError("ledger is closed")

    monkeypatch.setattr(followers, "_ranked", [*followers._ranked, (99, fail)])
    assert sweep(NOW) == Swept(failed=1)
    case = Case.objects.get(pk=case_id)
    assert (case.status, case.timeline.count()) == (Wish.Status.FULFILLED, 0)
    assert Wish.objects.get().claims.running().count() == 1
