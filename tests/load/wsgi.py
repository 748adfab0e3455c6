"""The hub as it is served, and below ``/bare/`` the same Django without any middleware."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from community.wsgi import application as hub

_middleware = settings.MIDDLEWARE
settings.MIDDLEWARE = []
bare = WSGIHandler()
settings.MIDDLEWARE = _middleware


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    handler = bare if environ["PATH_INFO"].startswith("/bare/") else hub
    return handler(environ, start_response)
