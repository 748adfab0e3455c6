"""Stamps: small files that say from which inputs a step was done, so that a second start skips it."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def fingerprint(paths: Iterable[Path], *facts: str) -> str:
    """SHA-256 over the contents of files, of all files below folders, and over other facts; hex."""
    digest = hashlib.sha256()
    for fact in facts:
        digest.update(fact.encode() + b"\0")
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                digest.update(str(file.relative_to(path.parent)).encode() + b"\0")
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


class Stamp:
    """One step's stamp; ``fresh`` while the inputs are those it was last done with."""

    def __init__(self, path: Path, inputs: str):
        self.path, self.inputs = path, inputs

    @property
    def fresh(self) -> bool:
        return self.path.is_file() and self.path.read_text() == self.inputs

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)

    def write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.inputs)
