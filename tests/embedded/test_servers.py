"""DATABASE_URL and REDIS_URL switch the packaged servers off, each by itself."""

import os
from pathlib import Path

import pytest

from community.embedded import servers
from community.embedded.children import Server
from community.embedded.places import Places
from community.embedded.postgres import Postgres
from community.embedded.supervisor import Supervisor


class Recorder(Supervisor):
    """Notes what would be started."""

    def __init__(self, log: Path):
        super().__init__(log)
        self.started: list[str] = []

    def start(self, server: Server) -> None:
        self.started.append(server.name)


@pytest.mark.parametrize(
    ("named", "started"),
    [
        (set(), ["postgres", "valkey"]),
        ({"DATABASE_URL"}, ["valkey"]),
        ({"REDIS_URL"}, ["postgres"]),
        ({"DATABASE_URL", "REDIS_URL"}, []),
    ],
    ids=["none named", "database named", "queue named", "both named"],
)
def test_only_what_the_environment_does_not_name_is_started(
    named: set[str], started: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Postgres, "create_database", lambda self: None)
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.setenv(name, f"mine://{name}" if name in named else "")
    supervisor = Recorder(tmp_path)
    lines = servers.start_servers(supervisor, Places(tmp_path / "var"))
    assert supervisor.started == started
    assert len(lines) == len(started)
    for name in named:
        assert os.environ[name] == f"mine://{name}"
    for name in {"DATABASE_URL", "REDIS_URL"} - named:
        assert str(tmp_path.name) in os.environ[name]
