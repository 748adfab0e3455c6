"""The Celery application; what runs when stands in ``community.schedule``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.demo")

app = Celery("mulin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
