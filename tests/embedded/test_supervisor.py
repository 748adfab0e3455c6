"""The supervisor restarts what ends, and stops everything once, in reverse order."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bootstrap.failures import Failure
from community.embedded.children import Child
from community.embedded.supervisor import Supervisor
from tests.embedded.conftest import Clock, Sleeper

STORY = """
import sys
from pathlib import Path
from community.embedded.supervisor import Supervisor
from tests.embedded.conftest import Sleeper

with Supervisor(Path(sys.argv[1])) as supervisor:
    supervisor.start(Sleeper("first", "First"))
    supervisor.start(Sleeper("second", "Second"))
    supervisor.watch()
"""


@pytest.fixture
def supervisor(tmp_path: Path) -> Supervisor:
    return Supervisor(tmp_path)


def test_a_killed_child_is_started_again_when_its_pause_is_over(
    supervisor: Supervisor, child: Child, clock: Clock
) -> None:
    child.start()
    assert child.process
    child.process.kill()
    child.process.wait()

    supervisor.look_after(child)
    assert not child.running
    clock.now += 1
    supervisor.look_after(child)
    assert child.running


def test_a_restart_that_fails_is_tried_again_later(
    supervisor: Supervisor, child: Child, clock: Clock, capfd: pytest.CaptureFixture[str]
) -> None:
    child.server = Sleeper(command=["/nowhere/program"])
    child.due = clock.now
    supervisor.look_after(child)
    assert child.due > clock.now
    assert "Sleeper cannot be started" in capfd.readouterr().out


def test_a_server_that_does_not_come_up_is_told_with_its_last_words(supervisor: Supervisor) -> None:
    class Broken(Sleeper):
        def healthy(self) -> bool:
            return False

    server = Broken(command=["sh", "-c", "echo starting; echo 'FATAL: could not find shoes' >&2; echo bye; exit 1"])
    with pytest.raises(Failure, match=r"Sleeper does not start \(ended with status 1\): FATAL: could not find shoes"):
        supervisor.start(server)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_all_in_reverse_order(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-c", STORY, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert "First is running" in process.stdout.readline()
        assert "Second is running" in process.stdout.readline()
        process.send_signal(number)
        process.send_signal(number)
        lines = [line[10:].strip() for line in process.stdout]
    assert lines == [f"{number.name} received, stopping", "Second stopped", "First stopped"]
    assert process.returncode == 0


def test_children_do_not_outlive_a_killed_supervisor(tmp_path: Path) -> None:
    lock = tmp_path / "held"
    held = STORY.replace('Sleeper("second", "Second")', f'Sleeper("second", "Second", command={held_by(lock)!r})')
    with subprocess.Popen([sys.executable, "-c", held, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert "First is running" in process.stdout.readline()
        assert "Second is running" in process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
    assert subprocess.run(["flock", "--timeout", "10", lock, "true"], check=False).returncode == 0


def held_by(lock: Path) -> list[str]:
    """A program that holds a lock for as long as it lives."""
    return ["flock", "--no-fork", str(lock), "sleep", "60"]
