"""Celery's part in the ledger: one call each."""

from celery import shared_task
from django.utils import timezone

from points import expiry, sealing


@shared_task(name="points.seal")
def seal() -> None:
    sealing.seal_due(timezone.now())


@shared_task(name="points.expire")
def expire() -> None:
    expiry.run_due(timezone.now())
