"""The virtual environment and the pinned Python packages in it."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bootstrap import console, machine
from bootstrap.failures import Failure
from bootstrap.stamps import Stamp, fingerprint

INCLUDED_IN = {"demo": ("test",)}
"""Lists that another one holds completely; tests/embedded/test_pins.py makes sure."""


class Packages:
    """The virtual environment of one clone: ``.venv`` with its stamps beside the packages."""

    def __init__(self, root: Path):
        self.root, self.venv, self.log = root, root / ".venv", root / "var" / "log" / "setup.log"
        self.python = self.venv / "bin" / "python"

    def stamp(self, name: str, inputs: str) -> Stamp:
        return Stamp(self.venv / "stamps" / name, inputs)

    def lock(self, name: str) -> Path:
        return self.root / "requirements" / f"{name}.txt"

    def lock_stamp(self, name: str) -> Stamp:
        return self.stamp(name, fingerprint([self.lock(name)], machine.version()))

    def create(self) -> None:
        """Make the environment, anew when it belongs to another Python or the folder was moved."""
        stamp = self.stamp("venv", f"{machine.version()} {self.venv}")
        if stamp.fresh and self.works():
            return
        console.say(f"==> Making a virtual environment with Python {machine.version()}")
        shutil.rmtree(self.venv, ignore_errors=True)
        if not self.has_ensurepip():
            self.install_ensurepip()
        console.run([sys.executable, "-m", "venv", self.venv], "Preparing pip", self.log)
        stamp.write()

    def works(self) -> bool:
        ask_pip = [str(self.python), "-m", "pip", "--version"]
        return self.python.exists() and subprocess.call(ask_pip, stdout=subprocess.DEVNULL) == 0

    def has_ensurepip(self) -> bool:
        return subprocess.call([sys.executable, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL) == 0

    def install_ensurepip(self) -> None:
        """Debian keeps ensurepip in a package of its own."""
        prefix, package = machine.administrator(), f"python3.{sys.version_info.minor}-venv"
        if prefix is None:
            raise Failure(f"This Python cannot make virtual environments: install it with apt-get install {package}.")
        console.run([*prefix, "apt-get", "update", "-q"], "Refreshing Debian's package lists", self.log, lambda _: None)
        console.run([*prefix, "apt-get", "install", "-qy", package], f"Installing {package}", self.log)

    def install(self, name: str) -> None:
        """Install ``requirements/NAME.txt``, every file checked against its hash; nothing when it is there already.

        Python compiles what is imported when it is, on both cores and a part of it only; pip would compile everything.
        """
        if any(self.lock_stamp(larger).fresh for larger in (name, *INCLUDED_IN.get(name, ()))):
            return
        lock, stamp = self.lock(name), self.lock_stamp(name)
        pip: list[str | Path] = [
            self.python,
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--no-input",
            "--no-compile",
            "--progress-bar=off",
        ]
        pins: list[str | Path] = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--retries=3", "-r", lock]
        doing = f"Installing the Python packages of requirements/{name}.txt"
        console.run([*pip, *pins], doing, self.log, counted(lock))
        stamp.write()


def counted(lock: Path) -> Callable[[str], str | None]:
    """Shows pip's output as one line per package, with how far it has come."""
    total = len(re.findall(r"^\S+==", lock.read_text(), re.MULTILINE))
    done = 0

    def show(line: str) -> str | None:
        nonlocal done
        if match := re.match(r"(?:Collecting|Requirement already satisfied:) ([^\s\[=]+)\S*==([^\s(]+)", line):
            done += 1
            return f"[{done}/{total}] {match[1]} {match[2]}"
        if line.startswith(("Downloading", "  Downloading")) and (size := re.search(r"\(([\d.]+ [MG]B)\)", line)):
            return f"      downloading {size[1]}"
        return line if line.startswith(("ERROR", "error")) else None

    return show
