"""Celery's part in access: one call each."""

from celery import shared_task

from community.access.models.post import sync_terms as sync


@shared_task(name="access.sync_terms")
def sync_terms() -> None:
    sync()
