"""Settings of the test run: everything real (PostgreSQL, Valkey), nothing sent out."""

import os
import re

if worker := os.environ.get("PYTEST_XDIST_WORKER"):  # gw0, gw1: each flushes a Valkey database of its own
    os.environ["REDIS_URL"] = re.sub(r"(?<=[=/])\d+$", str(int(worker[2:]) + 10), os.environ["REDIS_URL"])

from community.settings.base import *  # noqa: F403
from community.settings.base import BASE_DIR, DATABASES, STORAGES

SECRET_KEY = "only-for-tests"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = BASE_DIR / "var" / "test-media"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
CELERY_TASK_ALWAYS_EAGER = True
WHITENOISE_AUTOREFRESH = True  # files are found where they lie; nothing is collected for a test
if template := os.environ.get("TEST_TEMPLATE"):  # a migrated database, made beside the other steps of make test
    DATABASES["default"]["TEST"] = {"TEMPLATE": template}
