"""What the tests of grids share: a photo, a category by code, a Monday morning."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from community.core.photos import CleanPhoto
from grids.models import Category, Incident
from tests.neighbourhood import Hood

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=SHANGHAI)  # an ordinary working day, in office hours
Report = Callable[..., Incident]


def category(code: str, variant: str = "") -> Category:
    return Category.objects.get(code=code, variant=variant)


@pytest.fixture
def photo() -> CleanPhoto:
    return CleanPhoto(full=b"full", thumbnail=b"thumb", width=4, height=3, sha256="0" * 64)


@pytest.fixture
def report(hood: Hood) -> Report:
    """Report an incident in the hood: by the resident, rubbish by the building, unless told otherwise."""

    def made(code: str = "06010", variant: str = "", **facts: object) -> Incident:
        given = {"by": hood.resident, "community": hood.community, "building": hood.building, "now": MONDAY} | facts
        return Incident.report(category=category(code, variant), **given)  # type: ignore[arg-type]

    return made


@pytest.fixture(autouse=True)
def _media(settings: object, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
