"""Celery's part in grids: one call each."""

from celery import shared_task

from grids.posts import watch


@shared_task(name="grids.watch_posts")
def watch_posts() -> None:
    watch.watch_posts()
