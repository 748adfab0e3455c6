import pytest

from points import rules
from tests.points.purses import Village, build_village


@pytest.fixture(autouse=True)
def fresh_events():
    """No test inherits which events have rules from another's rolled-back data."""
    rules.known.forget()
    yield
    rules.known.forget()


@pytest.fixture
def village(db: None) -> Village:
    return build_village("1")


@pytest.fixture
def elsewhere(village: Village) -> Village:
    return build_village("2")
