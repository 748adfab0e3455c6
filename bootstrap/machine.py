"""What the machine must be: checked before anything is written, said in one sentence when it is not."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from bootstrap.failures import Failure, explain_os_error

FIRST_SETUP_BYTES = 2 * 1024**3
START_BYTES = 200 * 1024**2


def check(root: Path) -> None:
    """Raise Failure when the hub cannot run in ``root`` on this machine."""
    check_platform()
    check_folder(root)
    check_space(root)


def check_platform() -> None:
    """PostgreSQL and Valkey come as wheels for CPython on 64-bit Intel Linux with glibc."""
    here = f"{platform.system()} {platform.machine()} ({platform.libc_ver()[0] or 'no glibc'})"
    if platform.system() != "Linux" or platform.machine() != "x86_64" or platform.libc_ver()[0] != "glibc":
        raise Failure(f"This platform is not supported: {here}; it needs Linux x86_64 with glibc, such as Debian.")
    if platform.python_implementation() != "CPython":
        raise Failure(f"{platform.python_implementation()} is not supported: run this with CPython 3.11 or later.")


def check_folder(root: Path) -> None:
    """Everything is kept inside the project's folder, so it must be writable."""
    try:
        (root / "var").mkdir(exist_ok=True)
        probe = root / "var" / f".probe-{os.getpid()}"
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
    except PermissionError:
        raise Failure(f"You may not write to {root}: clone the project to a folder of your own.") from None
    except OSError as error:
        raise Failure(explain_os_error(error)) from None


def check_space(root: Path) -> None:
    """The first set-up takes about 1.5 GB, a later start next to nothing."""
    needed = START_BYTES if (root / ".venv" / "stamps").is_dir() else FIRST_SETUP_BYTES
    free = shutil.disk_usage(root).free
    if free < needed:
        raise Failure(f"The disk is full: {free // 1024**2} MB are free in {root}, {needed // 1024**2} MB are needed.")


def administrator() -> list[str] | None:
    """The prefix that lets apt-get install (nothing for root, sudo where it asks no password), or None."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0:
        return ["sudo", "-n"]
    return None


def version() -> str:
    """The Python that a virtual environment is made for: 3.11.7."""
    return ".".join(str(part) for part in sys.version_info[:3])
