"""Addresses that no page of ours ever had."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


class NothingIsNamedNul:
    """PostgreSQL keeps no text with a NUL, and driver and model raise where one is asked for: it is not found."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        if any(isinstance(value, str) and "\x00" in value for value in kwargs.values()):
            raise Http404
