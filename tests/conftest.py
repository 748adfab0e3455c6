"""Fixtures that every test may use."""

import os
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.utils import translation

from tests.neighbourhood import Hood, Town, build_town


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """No test talks to the world: pytest-socket lets it reach this machine and the Valkey it was given."""
    named = urlsplit(os.environ.get("REDIS_URL", "")).hostname
    config.option.allow_hosts = ",".join(filter(None, ["127.0.0.1", "::1", "localhost", named]))
    config.option.allow_unix_socket = True


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """No test finds what an earlier one left in Valkey (calendars, codes, attempts) or in the process."""
    cache.clear()
    ContentType.objects.clear_cache()
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


@pytest.fixture
def hood(town: Town) -> Hood:
    return town.ours
