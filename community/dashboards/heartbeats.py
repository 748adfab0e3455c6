"""Signs of life of workers and of beat, kept in Valkey: each says its name every few seconds.

A worker speaks when Celery's own heart beats; beat speaks when it hands out a job. Both happen in their main process,
without a database connection.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import redis
from celery import signals
from django.utils import timezone

from community.dashboards.valkey import client

KEY = "mulin:heartbeats"
BEAT = "beat"
EVERY = timedelta(seconds=10)
LATE_AFTER = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(days=1)

_last: dict[str, datetime] = {}


@dataclass(frozen=True)
class Heartbeat:
    """When a program was last heard of."""

    name: str
    at: datetime
    late: bool


def sign(name: str) -> None:
    """Say that ``name`` lives, at most every few seconds. Never raises: a heartbeat must not stop its heart."""
    now = timezone.now()
    if name in _last and timedelta() <= now - _last[name] < EVERY:
        return
    _last[name] = now
    try:
        client().hset(KEY, name, str(now.timestamp()))
    except redis.RedisError:
        return


def heard(now: datetime) -> list[Heartbeat]:
    """Everybody who gave a sign of life within a day, by name. Raises redis.RedisError."""
    signs: dict[str, str] = client().hgetall(KEY)  # type: ignore[assignment]
    found = [(name, datetime.fromtimestamp(float(at), UTC)) for name, at in sorted(signs.items())]
    return [Heartbeat(name, at, now - at > LATE_AFTER) for name, at in found if now - at < FORGOTTEN_AFTER]


def _on_worker_heart(sender: Any, **kwargs: Any) -> None:
    sign(sender.eventer.hostname)


def _on_beat(**kwargs: Any) -> None:
    signals.after_task_publish.connect(_on_handed_out, weak=False, dispatch_uid="mulin.beat")
    sign(BEAT)


def _on_handed_out(**kwargs: Any) -> None:
    sign(BEAT)


def listen() -> None:
    """Connect to Celery's signals; harmless in a process that is neither worker nor beat."""
    signals.heartbeat_sent.connect(_on_worker_heart, weak=False, dispatch_uid="mulin.worker")
    signals.beat_init.connect(_on_beat, weak=False, dispatch_uid="mulin.beat_init")
    signals.beat_embedded_init.connect(_on_beat, weak=False, dispatch_uid="mulin.beat_embedded_init")
