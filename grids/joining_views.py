"""Pages of joining a household."""

from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import signed_in
from community.directory.models import HouseholdCode, Membership
from community.directory.models.household_code import CodeRefused
from grids.joining_forms import AskForm, BuildingForm, CodeForm, buildings_of
from grids.models.joining import JoinRequest

if TYPE_CHECKING:
    from community.directory.models import User


@signed_in
@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """The two ways in; a slip's QR code brings its code along."""
    user = cast("User", request.user)
    return render(request, "grids/joining/join.html", _ways(user, CodeForm(initial={"code": request.GET.get("code")})))


def _ways(user: "User", code_form: CodeForm) -> dict[str, Any]:
    homes = Membership.objects.current().filter(user=user).select_related("dwelling__building__estate")
    return {
        "shell": shell_for(user),
        "code_form": code_form,
        "building_form": BuildingForm(user=user) if user.community_id else None,
        "pending": JoinRequest.objects.filter(pending_of=user).first(),
        "membership": homes.first(),
    }


@signed_in
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Join by the code."""
    user = cast("User", request.user)
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            membership = HouseholdCode.redeem(form.cleaned_data["code"], by=user)
        except CodeRefused as refusal:
            form.add_error("code", refusal.message)
        else:
            messages.success(request, _("欢迎回家：%(home)s") % {"home": membership.dwelling})
            return redirect("access:me")
    return render(request, "grids/joining/join.html", _ways(user, form), status=422)


@signed_in
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Choose the door of a building and ask to join."""
    user = cast("User", request.user)
    chosen = request.GET.get("building", "")
    building = get_object_or_404(buildings_of(user), pk=chosen if chosen.isdecimal() and len(chosen) < 10 else 0)
    form = AskForm(request.POST or None, user=user, building=building, initial={"request_key": uuid4()})
    if asked := form.raised():
        return redirect("joining:receipt", number=asked.number)
    context = {"shell": shell_for(user), "form": form, "building": building}
    return render(request, "grids/joining/ask.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """What happens next, and by when."""
    user = cast("User", request.user)
    asked = get_object_or_404(JoinRequest.objects.filter(raised_by=user), number=number)
    return render(request, "grids/joining/receipt.html", {"shell": shell_for(user), "asked": asked})
