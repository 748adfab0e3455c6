"""The pinned packages: every file with its hash, and no address of any registry."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_python_packages_are_pinned_with_hashes_and_without_addresses(lock: Path) -> None:
    pins = re.split(r"\n(?=\S)", lock.read_text().strip())
    assert pins
    for pin in pins:
        assert re.match(r"[\w.\-\[\],]+==\S+ ", pin), pin
        assert "--hash=sha256:" in pin, pin
        assert not re.search(r"://|--(extra-)?index|--find-links|@ ", pin), pin


def test_each_list_agrees_with_the_one_it_builds_on() -> None:
    def versions(name: str) -> dict[str, str]:
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        return dict(re.findall(r"^([\w.\-]+)\S*?==(\S+)", text, re.MULTILINE))

    assert versions("base").items() <= versions("demo").items() <= versions("test").items()


def test_front_end_packages_are_pinned_with_hashes_and_without_addresses() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    del packages[""]
    assert packages
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
