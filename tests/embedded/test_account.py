"""Which user PostgreSQL runs as."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from bootstrap.failures import Failure
from community.embedded import account
from community.embedded.account import NOBODY, Account, candidates, choose


def as_user(monkeypatch: pytest.MonkeyPatch, uid: int, unshare: bool = True) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if unshare else None)


def test_an_ordinary_user_runs_it_directly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    as_user(monkeypatch, 1000)
    assert candidates(tmp_path) == [Account((), 1000, os.getegid())]


def test_root_tries_a_user_namespace_then_the_folders_owner_then_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(monkeypatch, 0)
    theirs = SimpleNamespace(stat=lambda: SimpleNamespace(st_uid=1000, st_gid=1000))
    inside, owner, nobody = candidates(theirs)  # type: ignore[arg-type]
    assert inside.prefix[0] == "unshare"
    assert inside.uid == 0
    assert (owner.prefix, owner.uid) == ((), 1000)
    assert (nobody.prefix, nobody.uid) == ((), NOBODY)


def test_without_unshare_and_in_roots_own_folder_only_nobody_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(monkeypatch, 0, unshare=False)
    own = SimpleNamespace(stat=lambda: SimpleNamespace(st_uid=0, st_gid=0))
    assert candidates(own) == [Account((), NOBODY, NOBODY)]  # type: ignore[arg-type]


def test_when_nobody_can_reach_the_folder_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    me = Account((), os.geteuid(), os.getegid())
    monkeypatch.setattr(account, "candidates", lambda project: [me])
    with pytest.raises(Failure, match="PostgreSQL cannot run as"):
        choose(Path("/nowhere/postgres"), tmp_path / "data", tmp_path)


def test_the_data_folder_is_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    Account((), os.geteuid(), os.getegid()).own(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
