"""收件箱 and notices: what waits for the person, and what they were told."""

from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import signed_in
from community.cases.titles import in_readers_words
from community.core import asked
from community.core.paging import newest_first
from community.dashboards.duties import duty_url
from community.dashboards.inbox import (
    ESCALATED,
    MINE,
    MOST_SHOWN,
    POST,
    SHOWN,
    SIZE,
    count_for,
    sections,
    waiting_for,
)
from community.notices.models import Notice

if TYPE_CHECKING:
    from community.directory.models import User

NOTICES_BESIDE = 8


@signed_in
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Everything that waits for the person, soonest deadline first; unread notices beside it."""
    user, now = cast("User", request.user), timezone.now()
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWN else ""
    most = _most(request.GET.get("most", ""))
    lines = waiting_for(user, now, shown, most)
    template = "dashboards/_inbox.html" if request.htmx else "dashboards/inbox.html"  # type: ignore[attr-defined]
    return render(
        request,
        template,
        {
            "shell": shell_for(user),
            "sections": sections(lines, now),
            "full": len(lines) == most,
            "most": most,
            "more": f"?{urlencode({'show': shown, 'most': most + SIZE})}" if most < MOST_SHOWN else "",
            "tabs": _tabs(shown),
            "address": request.get_full_path(),
            "notices": [] if request.htmx else _unread(user),  # type: ignore[attr-defined]
        },
    )


def _unread(user: "User") -> list[Notice]:
    return in_readers_words(Notice.objects.visible_to(user).unread().select_related("case")[:NOTICES_BESIDE])


def _most(wanted: str) -> int:
    """How many to show: pages of ``SIZE``, one below the other."""
    pages = (asked.number(wanted, digits=5) or SIZE) // SIZE
    return min(max(pages, 1) * SIZE, MOST_SHOWN)


def _tabs(shown: str) -> list[dict[str, object]]:
    labels = {"": _("全部"), MINE: _("等我办理"), POST: _("等我的岗位"), ESCALATED: _("请我督办")}
    here = reverse("dashboards:inbox")
    return [
        {"label": label, "href": f"{here}?show={name}" if name else here, "active": name == shown}
        for name, label in labels.items()
    ]


@signed_in
@require_safe
def badge(request: HttpRequest) -> HttpResponse:
    """How many things wait, as the menu's badge shows it: nothing, a number, or “99+”."""
    count = count_for(cast("User", request.user), timezone.now())
    return render(request, "dashboards/_badge.html", {"count": count})


@signed_in
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Every notice, newest first."""
    user = cast("User", request.user)
    page = newest_first(Notice.objects.visible_to(user).select_related("case"), request.GET)
    page.rows[:] = in_readers_words(page.rows)
    return render(request, "dashboards/notices.html", {"shell": shell_for(user), "page": page})


@signed_in
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow a notice to its matter; that is how it becomes read."""
    user = cast("User", request.user)
    found = get_object_or_404(Notice.objects.visible_to(user).select_related("case", "occurrence"), pk=pk)
    found.read(by=user, now=timezone.now())
    if found.case:
        return redirect("cases:page", found.case.number)
    return redirect(duty_url(found.occurrence) if found.occurrence else reverse("dashboards:notices"))


@signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark every notice of the person read."""
    Notice.objects.visible_to(cast("User", request.user)).unread().update(read_at=timezone.now())
    return redirect("dashboards:notices")
