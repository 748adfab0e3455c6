"""The connection to Valkey itself, for what Django's cache and Celery do not tell: queue, heartbeats, health."""

from functools import cache

import redis
from django.conf import settings

QUEUE = "celery"
TIMEOUT_SECONDS = 2


@cache
def client() -> "redis.Redis":
    """One pooled client per process; it connects when it is first used."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=TIMEOUT_SECONDS, decode_responses=True)


def queue_length() -> int:
    """How many jobs wait for a worker. Raises redis.RedisError."""
    return int(client().llen(QUEUE))
