"""Sockets live beside the data, except where the kernel's limit on their path forbids it."""

import os
from pathlib import Path

import pytest

from bootstrap.failures import Failure
from community.embedded.places import LONGEST_SOCKET_NAME, LONGEST_SOCKET_PATH, Places


@pytest.fixture
def short(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("r")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


def test_sockets_are_beside_the_data(short: Path) -> None:
    assert Places(Path("/srv/mulin/var")).sockets == Path("/srv/mulin/var/run")


@pytest.mark.parametrize("letter", ["a", "里"])
def test_a_path_too_long_in_bytes_moves_the_sockets_to_a_short_folder(short: Path, letter: str) -> None:
    room = LONGEST_SOCKET_PATH - len(f"//run/{LONGEST_SOCKET_NAME}")
    fits = Places(Path("/" + letter * (room // len(letter.encode()))))
    too_long = Places(Path("/" + letter * (room // len(letter.encode()) + 1)))
    assert fits.sockets == fits.data / "run"
    assert len(os.fsencode(fits.sockets / LONGEST_SOCKET_NAME)) <= LONGEST_SOCKET_PATH
    assert too_long.sockets.parent == short
    assert len(os.fsencode(too_long.sockets / LONGEST_SOCKET_NAME)) <= LONGEST_SOCKET_PATH


def test_two_clones_with_long_paths_do_not_share_sockets(short: Path) -> None:
    assert Places(Path("/a" * 60)).sockets != Places(Path("/b" * 60)).sockets


def test_only_the_owner_may_enter_the_sockets(tmp_path: Path, short: Path) -> None:
    places = Places(tmp_path / ("deep" * 40))
    places.make()
    assert places.sockets.parent == short
    assert places.sockets.stat().st_mode & 0o777 == 0o700


def test_a_planted_link_in_the_short_folder_is_refused(tmp_path: Path, short: Path) -> None:
    places = Places(tmp_path / ("deep" * 40))
    (tmp_path / "theirs").mkdir()
    places.sockets.symlink_to(tmp_path / "theirs")
    with pytest.raises(Failure, match="belongs to somebody else"):
        places.make()
