"""Celery's part in statistics: one call each."""

from celery import shared_task

from community.dashboards import refresh as refreshing


@shared_task(name="dashboards.refresh")
def refresh() -> None:
    refreshing.refresh()
