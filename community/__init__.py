"""The hub's Django project and the kernel that every app stands on."""

from community.celery import app as celery_app

__all__ = ["celery_app"]
