"""Celery's part in grids: one call each."""

from celery import shared_task
from django.utils import timezone

from grids.posts import watch
from grids.suggesting import categories, traces


@shared_task(name="grids.watch_posts")
def watch_posts() -> None:
    watch.watch_posts()


@shared_task(name="grids.learn_words")
def learn_words() -> None:
    """Count anew which words the communities use for what, and let old traces wear off."""
    now = timezone.now()
    categories.learn(now)
    traces.wear_off(now)
