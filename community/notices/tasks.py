"""Celery's part in notices: one call each."""

from celery import shared_task

from community.notices import outbox


@shared_task(name="notices.send")
def send() -> None:
    outbox.send_due()
