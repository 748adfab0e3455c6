"""WSGI entry point for gunicorn."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.production")

application = get_wsgi_application()

# What is loaded now stays until the process ends. Looked through again and again it made one request in a hundred wait
# for 180 ms, so the collector is told to leave it alone, and to look after what requests leave behind less often.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
