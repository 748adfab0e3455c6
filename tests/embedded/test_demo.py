"""What a newcomer reads when a start cannot go on."""

import socket
from pathlib import Path

import pytest

from bootstrap.failures import Failure
from community.embedded import demo
from community.embedded.places import Places


def test_a_taken_port_is_one_sentence_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "PORT_PATIENCE", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Failure, match=f"Port {port} is taken by another program: .* PORT={port + 1} make demo"):
            demo.require_free(port)
    demo.require_free(port)


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(Failure, match=f"PORT={text} is no port"):
        demo.chosen_port()


def test_the_port_is_8000_unless_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORT", raising=False)
    assert demo.chosen_port() == 8000
    monkeypatch.setenv("PORT", "8123")
    assert demo.chosen_port() == 8123


def test_a_second_demonstration_in_the_folder_names_the_first(tmp_path: Path) -> None:
    places = Places(tmp_path)
    with (
        demo.only_one(places, 8000),
        pytest.raises(Failure, match=r"already runs in this folder \(process \d+, http://127\.0\.0\.1:8000/\)"),
        demo.only_one(places, 8001),
    ):
        pass
    with demo.only_one(places, 8001):
        assert "8001" in (tmp_path / "demo.lock").read_text()


def test_the_welcome_says_where_everything_is(tmp_path: Path) -> None:
    (tmp_path / "accounts.txt").write_text("resident  13800000001\n")
    text = demo.welcome(Places(tmp_path), 8000, ["PostgreSQL  /here"])
    assert "http://127.0.0.1:8000/" in text
    assert "PostgreSQL  /here" in text
    assert "resident  13800000001" in text
