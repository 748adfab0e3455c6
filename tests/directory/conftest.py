"""Accounts are tried at the real pages; the cache, which counts attempts, starts empty."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.core.cache import cache

from community.directory.models import User
from tests.neighbourhood import Hood

PASSWORD = "harvest-moon-42"


@dataclass
class Outgoing:
    """Text messages that would have left the hub."""

    texts: list[tuple[str, str]] = field(default_factory=list)

    def send(self, phone: str, text: str) -> None:
        self.texts.append((phone, text))

    @property
    def code(self) -> str:
        """The code in the last message."""
        return "".join(letter for letter in self.texts[-1][1].split("有效")[0] if letter.isdigit())[:6]


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def sms(monkeypatch: pytest.MonkeyPatch) -> Outgoing:
    outgoing = Outgoing()
    monkeypatch.setattr("community.notices.accounts.sms_sender", lambda: outgoing)
    return outgoing


@pytest.fixture
def resident(hood: Hood) -> User:
    """A resident whose phone is proved and who has a password."""
    user = hood.neighbour
    user.phone, user.phone_verified = "13800138000", True
    user.set_password(PASSWORD)
    user.save()
    return user
