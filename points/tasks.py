"""Celery's part in the ledger: one call each."""

from celery import shared_task
from django.utils import timezone

from points import expiry, sealing, watching
from points.stars import closing


@shared_task(name="points.seal")
def seal() -> None:
    sealing.seal_due(timezone.now())


@shared_task(name="points.verify")
def verify() -> None:
    watching.verify_new(timezone.now())


@shared_task(name="points.expire")
def expire() -> None:
    expiry.run_due(timezone.now())


@shared_task(name="points.give_stars")
def give_stars() -> None:
    """Close the half-year that is over, and find whose hours have reached a star."""
    now = timezone.now()
    closing.close_due(now)
    closing.reach_due(now)
