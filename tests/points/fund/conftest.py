import pytest

from points.models import Project
from tests.fund_specimens import a_project
from tests.neighbourhood import Hood


@pytest.fixture
def project(hood: Hood) -> Project:
    return a_project(hood)
