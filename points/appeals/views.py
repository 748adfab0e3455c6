"""Pages of appeals beside the shared case page."""

from typing import TYPE_CHECKING, cast
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import signed_in
from community.cases.opening import opened
from community.core.paging import newest_first
from points.appeals.forms import LodgeForm
from points.appeals.models import Appeal

if TYPE_CHECKING:
    from community.directory.models import User


@signed_in
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """One's own appeals, and those that one may answer."""
    user = cast("User", request.user)
    rows = Appeal.objects.visible_to(user).select_related("community", "posting")
    page = newest_first(rows, request.GET)
    return render(request, "points/appeals/list.html", {"shell": shell_for(user), "page": page})


@signed_in
@require_http_methods(["GET", "POST"])
def lodge(request: HttpRequest) -> HttpResponse:
    """Choose a line of one's own statement and say what is wrong with it."""
    user = cast("User", request.user)
    form = LodgeForm(
        request.POST or None, user=user, initial={"request_key": uuid4(), "line": request.GET.get("line")}
    )  # fmt: skip
    return opened(request, form, "points/appeals/lodge.html", any=form.fields["line"].queryset.exists())  # type: ignore[attr-defined]
