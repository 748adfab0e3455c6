"""An elder with “五个一” for the tests of care."""

from collections.abc import Callable
from typing import Any

import pytest

from grids.care.lines import Line
from grids.models import CarePlan
from tests.neighbourhood import Hood
from tests.specimens import MONDAY, a_care

Begin = Callable[..., CarePlan]


@pytest.fixture
def begin(hood: Hood) -> Begin:
    def made(**more: Any) -> CarePlan:
        return a_care(hood, **more)

    return made


def everybody(hood: Hood) -> dict[str, Any]:
    people = (hood.volunteer, hood.worker, hood.partner, hood.staff, hood.leader)
    return dict(zip(Line.values, people, strict=True))


EARLY = MONDAY.replace(hour=7, minute=0)
