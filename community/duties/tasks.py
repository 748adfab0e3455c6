"""Celery's part in duties: one call each."""

from celery import shared_task

from community.duties import planning


@shared_task(name="duties.plan_ahead")
def plan_ahead() -> None:
    planning.plan_ahead()
