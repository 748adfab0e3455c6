"""The community's desk: windows, what they offer, and how they stand."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import MoveError
from points.models import Offer, Settlement, Window
from points.redemption.forms import OfferForm, WindowForm
from points.redemption.planning import is_used
from points.redemption.solvency import solvency_of

if TYPE_CHECKING:
    from community.directory.models import User

running = needs(Perm.RUN_REDEMPTION)


def find(request: HttpRequest, pk: int) -> Window:
    rows = Window.objects.visible_to(cast("User", request.user)).select_related("community")
    return get_object_or_404(rows, pk=pk)


@running
@require_safe
def windows(request: HttpRequest) -> HttpResponse:
    """Every window, newest first, under the bar of whether points are covered."""
    user, now = cast("User", request.user), timezone.now()
    page = newest_first(Window.objects.visible_to(user).select_related("community"), request.GET)
    for row in page.rows:
        row.now = row.state(now)
    own = user.community if user.community_id in reach(user, Perm.RUN_REDEMPTION).communities else None
    context = {"shell": shell_for(user), "page": page, "solvency": solvency_of(own, now) if own else None}
    return render(request, "points/redemption/windows.html", context)


@running
@require_http_methods(["GET", "POST"])
def new_window(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    if not reach(user, Perm.RUN_REDEMPTION).communities:
        raise PermissionDenied
    form = WindowForm(request.POST or None, user=user, initial={"community": user.community_id})
    if request.method == "POST" and form.is_valid():
        made = form.save()
        messages.success(request, _("兑换期已建好，请加兑换品。"))
        return redirect("redemption:window", pk=made.pk)
    context = {"shell": shell_for(user), "form": form}
    return render(request, "points/redemption/new_window.html", context, status=422 if form.is_bound else 200)


@running
@require_safe
def window(request: HttpRequest, pk: int) -> HttpResponse:
    """What a window offers and how much of it has gone."""
    user, now = cast("User", request.user), timezone.now()
    found = find(request, pk)
    offers = found.offers.select_related("partner", "draw").order_by("partner", "pk")
    context = {
        "shell": shell_for(user),
        "window": found,
        "now": found.state(now),
        "offers": offers,
        "solvency": solvency_of(found.community, now),
        "settlements": Settlement.objects.filter(window=found).select_related("partner").order_by("partner"),
        "changes": found.changes.select_related("by")[:20],
        "used": is_used(found),
        "reserved": sum(offer.reserved for offer in offers),
    }
    return render(request, "points/redemption/window.html", context)


@running
@require_http_methods(["GET", "POST"])
def new_offer(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, find(request, pk), None)


@running
@require_http_methods(["GET", "POST"])
def edit_offer(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast("User", request.user)
    rows = Offer.objects.filter(window__in=Window.objects.visible_to(user))
    offer = get_object_or_404(rows.select_related("window__community", "draw"), pk=pk)
    return _edit(request, offer.window, offer)


def _edit(request: HttpRequest, window: Window, offer: Offer | None) -> HttpResponse:
    user = cast("User", request.user)
    if window.cancelled_at is not None:
        messages.warning(request, _("这一期已经取消。"))
        return redirect("redemption:window", pk=window.pk)
    form = OfferForm(request.POST or None, instance=offer, window=window)
    if request.method == "POST" and form.is_valid() and _kept(form, user):
        messages.success(request, _("兑换品已保存。"))
        return redirect("redemption:window", pk=window.pk)
    context = {"shell": shell_for(user), "form": form, "window": window, "offer": offer}
    return render(request, "points/redemption/edit_offer.html", context, status=422 if form.is_bound else 200)


def _kept(form: OfferForm, user: "User") -> bool:
    try:
        form.keep(by=user, now=timezone.now())
    except ValidationError as error:
        form.add_error(None, error)
    except MoveError as refusal:
        form.add_error(None, str(refusal.message))
    else:
        return True
    return False
