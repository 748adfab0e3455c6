"""What the tests of notices share: an SMS sender that remembers, and a notice on its way."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from community.directory.models import User
from community.notices import channels
from community.notices.kinds import SMS, NoticeKind
from community.notices.models import Delivery
from community.notices.outbox import queue
from tests.specimens import MONDAY

PING = NoticeKind("test.ping", "您好", body="编号 %(number)s", channels=(SMS,))


class Phones:
    """Keeps what was sent; raises what it is told to."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.errors: list[Exception] = []

    def send(self, phone: str, text: str) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append((phone, text))


@pytest.fixture
def phones(monkeypatch: pytest.MonkeyPatch) -> Phones:
    sender = Phones()
    monkeypatch.setattr(channels, "sms_sender", lambda: sender)
    return sender


@pytest.fixture(autouse=True)
def _ping_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    from community.notices import kinds

    monkeypatch.setitem(kinds._kinds, PING.code, PING)


@pytest.fixture
def ping() -> Callable[..., Delivery]:
    def made(user: User, now: datetime = MONDAY, **more: Any) -> Delivery:
        (notice,) = queue(PING, [user], now=now, params={"number": "XY1"}, **more)
        return notice.deliveries.get()

    return made
