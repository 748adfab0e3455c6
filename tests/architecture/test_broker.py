"""The queue lies where the operations page looks for it, and what a killed worker held comes back soon."""

from typing import Any

import pytest
import redis
from django.conf import settings

from community.celery import app


@pytest.fixture
def queue() -> Any:
    with app.connection_for_write() as connection:
        queue = connection.SimpleQueue("tests.broker")
        yield queue
        queue.clear()
        queue.close()


def test_the_queue_lies_in_the_database_of_the_cache(queue: Any) -> None:
    queue.put({"asked": "in the test"})
    assert redis.Redis.from_url(settings.REDIS_URL).llen("tests.broker") == 1


def test_a_task_taken_by_a_killed_worker_comes_back_within_minutes(queue: Any) -> None:
    channel = queue.consumer.channel
    assert 60 <= channel.visibility_timeout <= 15 * 60
    assert app.conf.task_acks_late
