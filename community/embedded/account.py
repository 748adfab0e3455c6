"""Which user PostgreSQL runs as: it refuses root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bootstrap.failures import Failure

NOBODY = 65534
AS_NOBODY_INSIDE = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--"]


@dataclass(frozen=True)
class Account:
    """How to start a program that may not be root: a prefix for its command, and the owner of its files."""

    prefix: tuple[str, ...]
    uid: int
    gid: int

    @property
    def options(self) -> dict[str, object]:
        """Arguments of ``subprocess.Popen`` that switch to the account; none where we are it already."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, folder: Path) -> None:
        """Make the folder, and hand it and all in it to the account; mode 0700 as PostgreSQL asks."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid != self.uid:
            for path in [folder, *folder.rglob("*")]:
                os.chown(path, self.uid, self.gid, follow_symlinks=False)
        folder.chmod(0o700)

    def can(self, program: Path, folder: Path) -> bool:
        """Whether it can run the program and write to the folder: parents may be closed to other users."""
        script = f'"$0" --version && touch "$1/.probe-{os.getpid()}" && rm "$1/.probe-{os.getpid()}"'
        command = [*self.prefix, "sh", "-c", script, str(program), str(folder)]
        try:
            done = subprocess.run(command, capture_output=True, cwd="/", check=False, **self.options)  # type: ignore[call-overload]
        except OSError:
            return False
        return done.returncode == 0


def candidates(project: Path) -> list[Account]:
    """
    The accounts to try, best first.

    As an ordinary user: that user. As root: root in a user namespace where it is nobody (the files stay root's), the
    owner of the project folder, the user nobody.
    """
    if os.geteuid() != 0:
        return [Account((), os.geteuid(), os.getegid())]
    found = [Account(tuple(AS_NOBODY_INSIDE), 0, 0)] if shutil.which("unshare") else []
    owner = project.stat()
    if owner.st_uid != 0:
        found.append(Account((), owner.st_uid, owner.st_gid))
    return [*found, Account((), NOBODY, NOBODY)]


def choose(program: Path, folder: Path, project: Path) -> Account:
    """The first account that can run ``program`` on ``folder``, which becomes its own; raises Failure."""
    for account in candidates(project):
        account.own(folder)
        if account.can(program, folder):
            return account
    me = pwd.getpwuid(os.geteuid()).pw_name
    raise Failure(
        f"PostgreSQL cannot run as {me} and no other user can reach {folder}: "
        "start this as an ordinary user, or in a folder that others may enter."
    )
