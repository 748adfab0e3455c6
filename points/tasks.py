"""Celery's part in the ledger: one call each."""

from celery import shared_task
from django.utils import timezone

from points import sealing


@shared_task(name="points.seal")
def seal() -> None:
    sealing.seal_due(timezone.now())
