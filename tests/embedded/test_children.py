"""A supervised program is started again when it ends, later and later, and stopped when asked."""

import signal

import pytest

from community.embedded import children
from community.embedded.children import PAUSES, STEADY, Child
from tests.embedded.conftest import Clock, Sleeper


def kill(child: Child) -> None:
    assert child.process
    child.process.kill()
    child.process.wait()


def test_a_killed_program_is_reported_once_and_due_after_a_pause(child: Child, clock: Clock) -> None:
    child.start()
    assert child.ended() is None
    kill(child)
    assert child.ended() == "was killed by SIGKILL"
    assert child.ended() is None
    assert child.due == clock.now + PAUSES[0]


def test_a_program_that_ends_by_itself_tells_its_status(child: Child) -> None:
    child.server = Sleeper(command=["sh", "-c", "exit 3"])
    child.start()
    assert child.process
    child.process.wait()
    assert child.ended() == "ended with status 3"


def test_pauses_grow_and_stay_at_the_longest(child: Child, clock: Clock) -> None:
    pauses = []
    for _ in range(len(PAUSES) + 2):
        child.start()
        kill(child)
        child.ended()
        assert child.due is not None
        pauses.append(child.due - clock.now)
    assert pauses == [*PAUSES, PAUSES[-1], PAUSES[-1]]


def test_a_program_that_ran_steadily_starts_over_with_the_shortest_pause(child: Child, clock: Clock) -> None:
    for _ in range(3):
        child.start()
        kill(child)
        child.ended()
    child.start()
    clock.now += STEADY + 1
    kill(child)
    child.ended()
    assert child.due == clock.now + PAUSES[0]


def test_stopping_asks_first(child: Child) -> None:
    child.start()
    assert child.stop()
    assert not child.running
    assert child.process
    assert child.process.returncode == -signal.SIGTERM


def test_a_program_that_does_not_listen_is_killed(child: Child) -> None:
    script = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
    child.server = Sleeper(command=["python3", "-c", script], stop_seconds=0.05)
    child.start()
    log = child.log / "sleeper.log"
    while not log.read_text():
        assert child.running
    assert not child.stop()
    assert not child.running


def test_every_start_is_prepared(child: Child) -> None:
    child.start()
    kill(child)
    child.start()
    assert isinstance(child.server, Sleeper)
    assert child.server.prepared == 2


def test_a_large_log_is_put_aside(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "LARGEST_LOG", 3)
    (child.log / "sleeper.log").write_text("yesterday")
    child.start()
    assert (child.log / "sleeper.log.1").read_text() == "yesterday"
    assert (child.log / "sleeper.log").read_text() == ""
