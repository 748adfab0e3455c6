"""What is asked of accounts that hold a staff post: a second factor, and no seat left open (等保: idle log-out)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from community.access.models import Post
from community.core.views.errors import asks_api, in_json

if TYPE_CHECKING:
    from community.directory.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]
STAFF_KEPT_SECONDS = 60


def holds_staff_post(user: "User") -> bool:
    """Whether one of today's posts is a staff post; kept in the cache for a minute."""
    return bool(cache.get_or_set(f"staff:{user.pk}", lambda: _staff_posts(user).exists(), STAFF_KEPT_SECONDS))


def lacks_second_factor(user: "User") -> bool:
    """A staff post, but no authenticator app set up; one query."""
    apps = Authenticator.objects.filter(user=OuterRef("user"), type=Authenticator.Type.TOTP)
    return _staff_posts(user).exclude(Exists(apps)).exists()


def _staff_posts(user: "User") -> Any:
    return Post.objects.filter(user=user, role__staff=True).on(timezone.localdate())


class SecondFactor:
    """Until a staff account has set up its authenticator app, every page leads to that set-up."""

    free = ("account_logout", "account_reauthenticate", "mfa_activate_totp", "mfa_view_recovery_codes", "preferences")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not settings.STAFF_TOTP_REQUIRED or not request.user.is_authenticated:
            return None
        match = request.resolver_match
        if (match and match.url_name in self.free) or not lacks_second_factor(request.user):
            return None
        messages.warning(request, _("您的岗位需要两步验证，请先用手机上的验证器扫码绑定。"))
        return _led(request, "mfa_activate_totp")


class IdleLogOut:
    """Signs staff out after STAFF_IDLE_MINUTES without a click.

    The last click is a key in the cache that expires by itself; pages that refresh themselves (htmx GET) are no click.
    A wiped cache signs staff out once, never lets anybody stay.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if settings.STAFF_IDLE_MINUTES and user.is_authenticated and holds_staff_post(user):
            if cache.get(_seat(request)) is None:
                logout(request)
                messages.info(request, _("您已有一段时间没有操作，为安全起见已退出，请重新登录。"))
                return _led(request, settings.LOGIN_URL)
            if not (request.method == "GET" and request.headers.get("HX-Request")):
                take_seat(request)
        return self.get_response(request)


def take_seat(request: HttpRequest, **kwargs: Any) -> None:
    """Note a click of a signed-in account; also the receiver of Django's ``user_logged_in``."""
    if settings.STAFF_IDLE_MINUTES:
        if "seat" not in request.session:  # not the session's key, which changes with the password
            request.session["seat"] = get_random_string(22)
        cache.set(_seat(request), 1, timeout=settings.STAFF_IDLE_MINUTES * 60)


def _seat(request: HttpRequest) -> str:
    return f"seat:{request.session.get('seat')}"


def _led(request: HttpRequest, to: str) -> HttpResponse:
    """A redirect that also moves the page when htmx asked for a part of it; the API answers that one must sign in."""
    if asks_api(request):
        return in_json(_("登录已过期，请重新登录。"), 401)
    address = resolve_url(to)
    return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else HttpResponseRedirect(address)
