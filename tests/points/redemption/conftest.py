import pytest

from community.directory.models import User
from points.models import Offer
from tests.neighbourhood import Hood
from tests.points.purses import give
from tests.specimens import an_offer


@pytest.fixture
def rich(hood: Hood) -> User:
    """The resident, with a hundred points."""
    give(hood.resident, 100)
    return hood.resident


@pytest.fixture
def haircut(hood: Hood) -> Offer:
    """Five of them, ten points each, one a person."""
    return an_offer(hood)
