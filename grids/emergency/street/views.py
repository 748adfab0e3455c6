"""Pages of the street: declaring for several communities, and the board that sums them up."""

from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.core.perms import Perm
from community.core.workflow import MoveError
from grids.emergency.street.board import standing
from grids.emergency.street.forms import DeclareForm, ExtendForm, OrderForm
from grids.emergency.street.models import StreetEmergency, can_join

if TYPE_CHECKING:
    from community.directory.models import User


def _find(request: HttpRequest, pk: int) -> StreetEmergency:
    rows = StreetEmergency.objects.visible_to(cast("User", request.user))
    return get_object_or_404(rows.select_related("street", "declared_by"), pk=pk)


@needs(Perm.LEAD_STREET)
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """One emergency in each community chosen; the same request sent twice declares one."""
    user = cast("User", request.user)
    form = DeclareForm(request.POST or None, user=user, initial={"request_key": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            made = form.declare_once()
        except (ValidationError, MoveError) as error:
            form.add_error(None, error.message if isinstance(error, MoveError) else error)
        else:
            return redirect("emergency:street_board", pk=made.pk)
    context = {"shell": shell_for(user), "form": form}
    return render(request, "grids/emergency/street/declare.html", context, status=422 if form.is_bound else 200)


@needs(Perm.LEAD_STREET)
@never_cache
@require_safe
def board(request: HttpRequest, pk: int) -> HttpResponse:
    return _board(request, _find(request, pk), OrderForm(initial={"request_key": uuid4()}))


def _board(request: HttpRequest, whole: StreetEmergency, form: OrderForm) -> HttpResponse:
    user = cast("User", request.user)
    context: dict[str, Any] = {"shell": shell_for(user), "form": form, **standing(whole)}
    context["can_grow"] = whole.is_open and can_join(user, whole).exists()
    return render(request, "grids/emergency/street/board.html", context, status=422 if form.is_bound else 200)


@needs(Perm.LEAD_STREET)
@never_cache
@require_safe
def now(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the board that changes."""
    return render(request, "grids/emergency/street/_now.html", standing(_find(request, pk)))


@needs(Perm.LEAD_STREET)
@require_http_methods(["GET", "POST"])
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """More communities join; those that are in it already stay as they are."""
    user, whole = cast("User", request.user), _find(request, pk)
    asked = {"communities": request.GET.getlist("community")}
    form = ExtendForm(request.POST or None, user=user, whole=whole, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            count = form.extend()
        except (ValidationError, MoveError) as error:
            form.add_error(None, error.message if isinstance(error, MoveError) else error)
        else:
            messages.success(request, _told(count))
            return redirect("emergency:street_board", pk=pk)
    context = {"shell": shell_for(user), "form": form, "whole": whole}
    return render(request, "grids/emergency/street/extend.html", context, status=422 if form.is_bound else 200)


def _told(count: int) -> str:
    if not count:
        return _("这些社区已经在内。")
    return ngettext("%(count)s 个社区已加入，已通知指挥人。", "%(count)s 个社区已加入，已通知指挥人。", count) % {
        "count": count
    }


@needs(Perm.LEAD_STREET)
@require_POST
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Into the log of every community at once."""
    whole, form = _find(request, pk), OrderForm(request.POST)
    if not form.is_valid():
        return _board(request, whole, form)
    data = form.cleaned_data
    try:
        whole.order(data["note"], by=cast("User", request.user), request_key=data["request_key"])
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("指令已下达到各社区。"))
    return redirect("emergency:street_board", pk=pk)
