"""Celery's part in duties: one call each."""

from celery import shared_task

from community.duties import planning, standing_in


@shared_task(name="duties.plan_ahead")
def plan_ahead() -> None:
    planning.plan_ahead()


@shared_task(name="duties.settle_posts")
def settle_posts() -> None:
    standing_in.settle_posts()
