"""Where the packaged servers keep their data, logs and sockets."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bootstrap.failures import Failure

LONGEST_SOCKET_PATH = 107
"""Bytes of ``sockaddr_un.sun_path`` on Linux, less the final NUL."""

LONGEST_SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True)
class Places:
    """All that one run keeps, below one folder; only the sockets may have to live elsewhere."""

    data: Path

    @property
    def postgres(self) -> Path:
        return self.data / "postgres"

    @property
    def valkey(self) -> Path:
        return self.data / "valkey"

    @property
    def log(self) -> Path:
        return self.data / "log"

    @property
    def sockets(self) -> Path:
        """``run`` beside the data, or a short folder of our own where that path is too long for a socket."""
        beside = self.data / "run"
        if len(os.fsencode(beside / LONGEST_SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return beside
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return short_folder() / f"mulin-{os.geteuid()}-{name}"

    def make(self) -> None:
        """Create the folders; raises Failure when the short one belongs to somebody else."""
        for folder in (self.data, self.log, self.valkey):
            folder.mkdir(parents=True, exist_ok=True)
        self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = self.sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or (found.st_uid != os.geteuid() and os.geteuid() != 0):
            raise Failure(f"{self.sockets} belongs to somebody else: remove it, or clone to a shorter path.")
        self.sockets.chmod(0o700)


def short_folder() -> Path:
    """The user's own run-time folder, else the system's temporary one."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return Path(runtime) if runtime and os.access(runtime, os.W_OK) else Path(tempfile.gettempdir())
