"""A walk in the hood, and a phone that sends what it has noted."""

import io
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from community.directory.models import User
from grids.models import CheckPoint, Patrol
from tests.grids.conftest import MONDAY, category
from tests.grids.test_patrols import today
from tests.neighbourhood import Hood


@pytest.fixture(autouse=True)
def monday() -> Iterator[Any]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def patrol(hood: Hood) -> Patrol:
    return today(hood)


@pytest.fixture
def walking(hood: Hood, patrol: Patrol) -> Patrol:
    return patrol.start(by=hood.worker)


@pytest.fixture
def point(hood: Hood) -> CheckPoint:
    return CheckPoint.objects.create(grid=hood.grid, name="3号楼充电棚", order=1)


Photos = dict[Any, list[Any]]


class Phone:
    """A worker's phone: makes items and sends them as the page does."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)

    def pack(self) -> Any:
        return self.client.get("/api/patrols/pack/").json()

    def send(self, *items: dict[str, Any], sent_at: datetime | None = None, photos: Photos | None = None) -> list[Any]:
        """The answers, item by item."""
        response = self.post(*items, sent_at=sent_at, photos=photos)
        assert response.status_code == 200, response.content.decode()
        return response.json()["items"]

    def post(
        self,
        *items: dict[str, Any],
        sent_at: datetime | None = None,
        photos: Photos | None = None,
        user: User | None = None,
    ) -> Any:
        body = {"items": json.dumps(items), "sent_at": (sent_at or timezone.now()).isoformat()}
        whose = {"user": user.pk} if user else {}
        return self.client.post("/api/patrols/sync/", body | whose | (photos or {}))


@pytest.fixture
def phone(hood: Hood) -> Phone:
    return Phone(hood.worker)


def item(
    kind: str, patrol: Patrol | None = None, at: datetime = MONDAY, choice: str = "", **data: Any
) -> dict[str, Any]:
    return {
        "key": str(uuid4()), "kind": kind, "patrol": patrol.pk if patrol else None, "at": at.isoformat(),
        "choice": choice, "facts": {name: str(value) for name, value in data.items()},
    }  # fmt: skip


def rubbish(patrol: Patrol, at: datetime = MONDAY, choice: str = "", **data: Any) -> dict[str, Any]:
    """A finding: rubbish by the gate, reported."""
    facts = {"category": category("06010").pk, "place": "西门口", "outcome": "reported"}
    return item("finding", patrol, at, choice, **(facts | data))


def picture(name: str = "a.jpg", side: int = 40, **save: Any) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (side, side), "red").save(out, "JPEG", **save)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")
