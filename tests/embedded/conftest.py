"""A program to supervise, and a clock that is turned by hand."""

import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from community.embedded.children import Child


@dataclass
class Sleeper:
    """Does nothing until it is told to stop."""

    name: str = "sleeper"
    title: str = "Sleeper"
    command: list[str] = field(default_factory=lambda: ["sleep", "60"])
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    process_options: dict[str, object] = field(default_factory=dict)
    prepared: int = 0

    def prepare(self) -> None:
        self.prepared += 1

    def healthy(self) -> bool:
        return True


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def child(tmp_path: Path, clock: Clock) -> Iterator[Child]:
    child = Child(Sleeper(), tmp_path, clock)
    yield child
    child.stop()
