"""The set-up of each command, ending in the virtual environment's Python."""

import argparse
import fcntl
import os
import sys
from functools import partial
from pathlib import Path

from bootstrap import assets, browser, console, machine
from bootstrap.failures import Failure, explain_os_error
from bootstrap.packages import Packages

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """Returns the exit status: 0 done, 1 one sentence said, 130 interrupted."""
    parser = argparse.ArgumentParser(prog="python3 -m bootstrap")
    parser.add_argument("command", choices=["demo", "test", "bench", "setup", "lock"])
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="handed on to the command")
    options = parser.parse_args(arguments)
    try:
        return start(options.command, options.rest)
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\n{explain_os_error(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; what is already installed is kept.", file=sys.stderr)
        return 130


def start(command: str, rest: list[str]) -> int:
    """Set up what ``command`` needs and become it; returns only for the commands that are a set-up themselves."""
    machine.check(ROOT)
    packages = Packages(ROOT)
    with alone(ROOT / "var" / "setup.lock"):
        prepare(command, packages)
    if command in ("setup", "lock"):
        return 0
    console.say(f"==> Starting {command}")
    python = str(packages.python)
    os.chdir(ROOT)
    os.execv(python, [python, "-m", "community.embedded", command, *rest])


def prepare(command: str, packages: Packages) -> None:
    packages.create()
    python = partial(packages.install, "demo" if command == "demo" else "test")
    front_end = partial(assets.build, packages)
    if command == "lock":
        python()
        lock(packages)
        return
    if assets.machine_npm():
        console.together(python, front_end)
    else:  # an npm comes through pip, which installs one list at a time
        python()
        front_end()
    if command == "test":
        browser.ensure(packages)


class alone:  # noqa: N801
    """Holds a lock file while two set-ups of one folder would step on each other; the second waits."""

    def __init__(self, path: Path):
        self.path = path

    def __enter__(self) -> None:
        self.file = self.path.open("w")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.say("==> Another set-up is running in this folder; waiting for it")
            fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self.file.close()


def lock(packages: Packages) -> None:
    """Write requirements/*.txt anew from *.in: the newest allowed versions with all their hashes, no address."""
    folder = packages.root / "requirements"
    console.run([packages.python, "-m", "pip", "install", "-q", "uv"], "Installing uv, the resolver", packages.log)
    uv: list[str | Path] = [
        packages.python,
        "-m",
        "uv",
        "pip",
        "compile",
        "--universal",
        "--python-version=3.11",
        "--generate-hashes",
    ]
    uv += ["--upgrade", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    for name, above in (("base", None), ("demo", "base"), ("test", "demo"), ("node", None)):
        constraint: list[str | Path] = ["-c", folder / f"{above}.txt"] if above else []
        files: list[str | Path] = [folder / f"{name}.in", "-o", folder / f"{name}.txt"]
        console.run([*uv, *constraint, *files], f"Locking requirements/{name}.txt", packages.log, lambda _: None)
    npm = assets.machine_npm() or assets.packaged_npm(packages)
    command = [*npm, "update", "--package-lock-only"]
    console.run(command, "Locking package-lock.json", packages.log, assets.quiet, packages.root)
