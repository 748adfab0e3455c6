"""Fixtures that every test may use."""

import gc
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.db.backends.base.creation import TEST_DATABASE_PREFIX
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as examples

from tests.ground import Planted, may_send_guards_to_sleep
from tests.neighbourhood import Hood, Town, build_town, sow_town

# A busy machine is no counterexample.
examples.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("unhurried")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """No test talks to the world: pytest-socket lets it reach this machine and the Valkey it was given."""
    named = urlsplit(os.environ.get("REDIS_URL", "")).hostname
    config.option.allow_hosts = ",".join(filter(None, ["127.0.0.1", "::1", "localhost", named]))
    config.option.allow_unix_socket = True


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _nobody_left_inside(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A live server's thread may still hold a connection when the test database is to be dropped."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _in_test_database() -> bool:
    """A run of tests that need no database makes none, and must not touch the one behind it."""
    return str(connection.settings_dict["NAME"]).startswith(TEST_DATABASE_PREFIX)


@pytest.fixture(scope="session", autouse=True)
def _solid_ground(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Towns are put back as rows, and so is what a test with transactions of its own has swept away."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        if _in_test_database() and may_send_guards_to_sleep():
            planted = Planted()
            sow_town()
            patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: planted.restore())
        connection.close()
        with django_db_blocker.block():
            yield


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """No test finds what an earlier one left in Valkey (calendars, codes, attempts) or in the process."""
    cache.clear()
    ContentType.objects.clear_cache()
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _nobody_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose silence is looked into is drawn by lot; in tests nobody is, unless the community asks for it."""
    monkeypatch.setattr("grids.handling.models.DEFAULT_SHARE", 0)


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


@pytest.fixture
def hood(town: Town) -> Hood:
    return town.ours
