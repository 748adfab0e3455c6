"""Production-like settings on the loopback address: DEBUG off, real sessions, real cache, compiled templates."""

import os

from community.settings.base import *  # noqa: F403
from community.settings.base import BASE_DIR, CACHES, DATABASES, INSTALLED_APPS, LOGGING, MIDDLEWARE, STORAGES

SECRET_KEY = "only-for-benchmarks-on-the-loopback-address"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [*INSTALLED_APPS, "tests.load.apps.LoadConfig"]
ROOT_URLCONF = "tests.load.urls"
MEDIA_ROOT = BASE_DIR / "var" / "bench" / "media"
STATIC_ROOT = BASE_DIR / "var" / "bench" / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
CACHES["default"]["KEY_PREFIX"] = DATABASES["default"]["NAME"]  # sizes must not read each other's cache
STAFF_IDLE_MINUTES = 60 * 24
LOGGING = LOGGING | {"root": {"handlers": ["console"], "level": "WARNING"}}
LOGGING["loggers"]["django"]["level"] = "ERROR"
if os.environ.get("MULIN_COUNT_QUERIES"):
    MIDDLEWARE = ["tests.load.counting.CountQueries", *MIDDLEWARE]
