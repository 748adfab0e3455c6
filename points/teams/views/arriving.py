"""The code that the organiser shows, and what happens when a phone reads it."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import signed_in
from community.core.workflow import MoveError
from points.models import Activity
from points.teams import codes
from points.teams.views.refusals import words_of
from points.teams.workflow import organises

if TYPE_CHECKING:
    from community.directory.models import User


@signed_in
@never_cache
@require_safe
def code(request: HttpRequest, number: str) -> HttpResponse:
    """For whoever organises it, around its time: the code of these minutes, and who is there. Asks for the next itself."""
    user, now = cast("User", request.user), timezone.now()
    rows = Activity.objects.visible_to(user).select_related("team", "community")
    found = get_object_or_404(rows, number=number)
    if not organises(user, found):
        raise Http404
    text = codes.code_of(found.pk, now)
    context = {
        "shell": shell_for(user), "activity": found, "welcomes": found.welcomes(now), "code": text,
        "link": request.build_absolute_uri(reverse("teams:arrive", args=[text])),
        "there": list(found.sign_ups.present().select_related("user")),
        "expected": found.sign_ups.placed().filter(signed_in_at=None).count(),
    }  # fmt: skip
    template = "points/teams/_code.html" if request.htmx else "points/teams/code.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@signed_in
@require_safe
def scan(request: HttpRequest) -> HttpResponse:
    """The camera, for who is signed in already; the code may be typed as well."""
    typed = request.GET.get("code", "").strip().rstrip("/").rpartition("/")[2]
    if typed and codes.activity_of(typed) is not None:
        return redirect("teams:arrive", code=typed)
    if typed:
        messages.warning(request, _("这不是签到码，请扫活动现场的码。"))
    return render(request, "points/teams/scan.html", {"shell": shell_for(cast("User", request.user))})


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def arrive(request: HttpRequest, code: str) -> HttpResponse:
    """Behind the code: what it is for, and one button. Sent again it changes nothing."""
    user, now = cast("User", request.user), timezone.now()
    rows = Activity.objects.visible_to(user).select_related("team", "community")
    found = get_object_or_404(rows, pk=codes.activity_of(code))
    place = found.place_of(user)
    there = place is not None and place.signed_in_at is not None
    if request.method == "POST":
        if not there:
            _sign_in(request, found, user, code)
        return redirect("cases:page", number=found.number)
    context = {
        "shell": shell_for(user), "activity": found, "place": place, "there": there, "code": code,
        "good": codes.is_good(code, found.pk, now) and found.welcomes(now),
    }  # fmt: skip
    return render(request, "points/teams/arrive.html", context)


def _sign_in(request: HttpRequest, found: Activity, user: "User", code: str) -> None:
    try:
        found.sign_in(by=user, code=code)
    except (ValidationError, MoveError) as error:
        messages.warning(request, words_of(error))
    else:
        messages.success(request, _("签到成功，谢谢您来！"))
