"""What a killed start left running, ended before the next one."""

import signal
import subprocess
from pathlib import Path

from community.embedded import leftovers

SERVER = """
trap 'touch stop; wait; exit 0' TERM
bash -c 'trap "echo asked >> child; exit 0" TERM; touch ready; while ! [ -e stop ]; do sleep 0.01; done' &
wait
"""
"""A server with a child of its own, both standing in the folder; the child notes when it was asked."""


def test_a_server_ends_its_children_itself(tmp_path: Path) -> None:
    server = subprocess.Popen(["bash", "-c", SERVER], cwd=tmp_path, start_new_session=True)
    while not (tmp_path / "ready").exists():
        assert server.poll() is None

    leftovers.end(tmp_path, signal.SIGTERM)

    assert server.wait() == 0
    assert not (tmp_path / "child").exists()
