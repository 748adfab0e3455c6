"""Rules of the house that a reader should not have to check by eye."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import CODE, PRODUCT, ROOT, files, nodes, place

MOST_LINES = 400
TALKS = {"management", "bootstrap", "embedded"}  # commands and the launcher speak to a terminal


def test_nobody_imports_property_by_its_bare_name() -> None:
    """It would hide the builtin and break every ``@property`` of the module."""
    found = [
        place(path, node)
        for path in files(*CODE, "tests")
        for node in nodes(path)
        if isinstance(node, ast.Import) and any(_binds_property(name) for name in node.names)
    ]
    assert not found, f"write “from property.models import …” instead: {found}"


def _binds_property(name: ast.alias) -> bool:
    return (name.asname or name.name.split(".")[0]) == "property"


def test_nothing_else_is_called_property() -> None:
    found = [
        place(path, node)
        for path in files(*CODE)
        for node in nodes(path)
        if (isinstance(node, ast.Name) and node.id == "property" and isinstance(node.ctx, ast.Store))
        or (isinstance(node, ast.ImportFrom) and any((n.asname or n.name) == "property" for n in node.names))
    ]
    assert not found


def test_a_status_is_changed_by_verbs_alone() -> None:
    """No assignment to ``.status`` outside the transition machinery, not even in a model."""
    allowed = {ROOT / "community/core/verbs.py"}
    found = [
        place(path, node)
        for path in files(*PRODUCT)
        if path not in allowed
        for node in nodes(path)
        for target in _targets(node)
        if isinstance(target, ast.Attribute) and target.attr == "status" and not _is_model_of_its_own(path, target)
    ]
    assert not found, f"let a verb do it: {found}"


def _targets(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        yield node.target


def _is_model_of_its_own(path: Path, target: ast.Attribute) -> bool:
    """Models that are neither cases nor duties (an import run) move their own status, and only their own."""
    return "models" in path.parts and isinstance(target.value, ast.Name) and target.value.id == "self"


def test_no_query_writes_a_status() -> None:
    """``update(status=…)`` would move a matter without a word in its timeline."""
    found = [
        place(path, node)
        for path in files(*PRODUCT)
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"update", "update_or_create", "bulk_update"}
        and any(keyword.arg == "status" for keyword in node.keywords)
        and "models" not in path.parts
    ]
    assert not found


def test_nobody_prints() -> None:
    found = [
        place(path, node)
        for path in files(*PRODUCT)
        if not TALKS & set(path.parts)
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"print", "breakpoint"}
    ]
    assert not found


def test_no_file_is_longer_than_a_reader_bears() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in files(*CODE, "tests")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert not long, f"split by concept: {long}"


def test_no_drawer_for_everything() -> None:
    found = [path.name for path in files(*CODE) if path.stem in {"utils", "helpers", "services", "common", "misc"}]
    assert not found


def test_domain_flow_listens_to_no_signal() -> None:
    """Signals of Django's own set-up and sign-in are fine; those of saved and deleted rows are not."""
    hidden = {"post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed"}
    found = [
        place(path, node)
        for path in files(*PRODUCT)
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and any(name.name in hidden for name in node.names)
    ]
    assert not found


def test_the_project_stands_alone() -> None:
    """Nothing it runs or ships points out of its folder."""
    texts = [*files(*CODE, "tests"), *(ROOT / "templates").rglob("*.html"), *(ROOT / "static/js").rglob("*.js")]
    found = [str(path) for path in texts if "../" + "shared" in path.read_text(encoding="utf-8")]
    assert not found
