"""What a person chose about the page itself: language and 长辈版, kept in cookies and, signed in, on the account."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

ELDER_COOKIE = "elder"
OFF = "off"
ELDER_SIZES = ("22", "26", "30")  # base size in px; the ministry's norm asks for 30 to be within reach
COOKIE_AGE = 60 * 60 * 24 * 365


def elder_size(request: HttpRequest) -> str:
    """One of ``ELDER_SIZES``, or "" outside 长辈版. The cookie of this device wins over the account."""
    chosen = request.COOKIES.get(ELDER_COOKIE)
    if chosen in ELDER_SIZES:
        return chosen
    user = getattr(request, "user", None)
    if chosen is None and user is not None and getattr(user, "elder_mode", False):
        return ELDER_SIZES[0]
    return ""


def remember_elder(response: HttpResponse, user: Any, size: str) -> None:
    """Keep 长辈版 at ``size`` (or ``OFF``) on this device and the account."""
    _set_cookie(response, ELDER_COOKIE, size)
    if user.is_authenticated and user.elder_mode != (size != OFF):
        user.elder_mode = size != OFF
        user.save(update_fields=["elder_mode"])


def remember_language(response: HttpResponse, user: Any, language: str) -> None:
    """Keep the language on this device and the account."""
    _set_cookie(response, settings.LANGUAGE_COOKIE_NAME, language)
    if user.is_authenticated and user.language != language:
        user.language = language
        user.save(update_fields=["language"])


class LanguageOfAccount:
    """Middleware after authentication: on a new device the account's language speaks, not the browser's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and request.user.is_authenticated:
            translation.activate(getattr(request.user, "language", settings.LANGUAGE_CODE))
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


def _set_cookie(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=COOKIE_AGE, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
