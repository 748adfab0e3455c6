import pytest

from points.models import Activity
from tests.neighbourhood import Hood
from tests.volunteer_specimens import an_activity


@pytest.fixture
def activity(hood: Hood) -> Activity:
    """Tuesday from nine to eleven, for two people; the volunteer organises."""
    return an_activity(hood, needed=2)
