"""The project's own Python files, read once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

ROOT: Path = settings.BASE_DIR
CODE = ("community", "grids", "wishes", "points", "property", "bootstrap")
PRODUCT = ("community", "grids", "wishes", "points", "property")


@cache
def files(*packages: str, migrations: bool = False) -> tuple[Path, ...]:
    """Python files of these packages, in order."""
    found = sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))
    return tuple(path for path in found if migrations or "migrations" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(tree(path))


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', '?')}"
