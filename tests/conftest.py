"""Fixtures that every test may use."""

import pytest

from tests.neighbourhood import Hood, Town, build_town


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


@pytest.fixture
def hood(town: Town) -> Hood:
    return town.ours
