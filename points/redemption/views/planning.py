"""The desk changes a window's days, or cancels it."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.access.shells import shell_for
from community.cases.forms import tell
from community.core.workflow import MoveError
from points.redemption import planning
from points.redemption.forms import CancelForm, EditWindowForm
from points.redemption.views.desk import find, running

if TYPE_CHECKING:
    from community.directory.models import User


@running
@require_http_methods(["GET", "POST"])
def edit_window(request: HttpRequest, pk: int) -> HttpResponse:
    user, now, window = cast("User", request.user), timezone.now(), find(request, pk)
    form = EditWindowForm(request.POST or None, instance=window, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            planning.replan(form.instance, by=user, now=now)
        except (ValidationError, MoveError) as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("兑换期已改好。"))
            return redirect("redemption:window", pk=pk)
    context = {"shell": shell_for(user), "form": form, "window": find(request, pk)}
    return render(request, "points/redemption/edit_window.html", context, status=422 if request.POST else 200)


@running
@require_http_methods(["GET", "POST"])
def cancel_window(request: HttpRequest, pk: int) -> HttpResponse:
    user, window = cast("User", request.user), find(request, pk)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            planning.cancel(window, form.cleaned_data["note"], by=user, now=timezone.now())
        except (ValidationError, MoveError) as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("兑换期已取消。"))
            return redirect("redemption:window", pk=pk)
    context = {"shell": shell_for(user), "form": form, "window": window}
    return render(request, "points/redemption/cancel_window.html", context, status=422 if form.is_bound else 200)
