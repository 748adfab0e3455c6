"""One's own calendar to subscribe to: its page, its address renewed or switched off, and what calendars read."""

from hashlib import sha256
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import public, signed_in
from community.calendars.models import Feed
from community.calendars.sources import appointments_of, sources_of
from community.calendars.writing import TYPE, as_file, written
from community.directory.attempts import Allowance, TooManyAttempts

if TYPE_CHECKING:
    from community.directory.models import User

# Calendars are asked to look once an hour; a phone, a tablet and a desk at their quickest stay far below.
READINGS = Allowance("calendar-feed", most=120, seconds=60 * 60)


@signed_in
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the address shows to whoever holds it, how a phone takes it in, and how it is taken back."""
    user = cast("User", request.user)
    feed = Feed.objects.visible_to(user).first()
    context = {"shell": shell_for(user), "feed": feed, "sources": sources_of(user)}
    if feed is not None:
        link = request.build_absolute_uri(feed.get_absolute_url())
        context |= {"link": link, "webcal": f"webcal://{link.partition('://')[2]}"}
    return render(request, "calendars/mine.html", context)


@signed_in
@require_safe
def once(request: HttpRequest) -> HttpResponse:
    """The same as a file, for whoever wants no address."""
    user = cast("User", request.user)
    return as_file(request, _name(user), appointments_of(user, timezone.now()))


@signed_in
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    Feed.start(by=cast("User", request.user))
    return redirect("calendars:mine")


@signed_in
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    if Feed.renew(by=cast("User", request.user)):
        messages.success(request, _("已换成新地址，旧地址立即失效。请在日历里删掉旧的，重新订阅。"))
    return redirect("calendars:mine")


@signed_in
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    Feed.stop(by=cast("User", request.user))
    messages.success(request, _("已关闭，原来的地址不再显示任何内容。"))
    return redirect("calendars:mine")


@public
@require_safe
def feed(request: HttpRequest, pk: int, code: str) -> HttpResponseBase:
    """For calendars, which have no session. Unknown, renewed and switched off are the same 404."""
    found = Feed.objects.behind(pk, code)
    if found is None:
        raise Http404
    try:
        READINGS.spend(str(pk))
    except TooManyAttempts:
        return HttpResponse(status=429, headers={"Retry-After": "3600", "Cache-Control": "no-store"})
    now = timezone.now()
    with override(found.user.language):
        body = written(request, _name(found.user), appointments_of(found.user, now))
    found.note_read(timezone.localdate(now))
    return _answer(request, body)


def _answer(request: HttpRequest, body: bytes) -> HttpResponseBase:
    """Kept by the calendar alone, and sent again only when something in it has changed."""
    etag = f'"{sha256(body).hexdigest()}"'
    headers = {
        "Content-Disposition": 'inline; filename="calendar.ics"', "Cache-Control": "private, no-cache",
        "X-Robots-Tag": "noindex", "ETag": etag,
    }  # fmt: skip
    response = HttpResponse(body, content_type=TYPE, headers=headers)
    return get_conditional_response(request, etag=etag, response=response) or response


def _name(user: "User") -> str:
    return _("%(community)s · 我的日历") % {"community": user.community} if user.community else _("我的日历")
