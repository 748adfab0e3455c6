"""Celery's part in the clocks: one call each."""

from celery import shared_task

from community.timers import sweep as sweeping


@shared_task(name="timers.sweep")
def sweep() -> None:
    sweeping.sweep()
