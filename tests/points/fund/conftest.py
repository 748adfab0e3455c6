import pytest

from points.models import Project
from tests.neighbourhood import Hood
from tests.fund_specimens import a_project


@pytest.fixture
def project(hood: Hood) -> Project:
    return a_project(hood)
