"""Licences: the sheet to print, one's own card, taking one back, and the public page behind the QR code."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.models import Role
from community.access.shells import shell_for
from community.access.views import needs, public, signed_in
from community.core.workflow import MoveError
from grids.posts.forms import WithdrawForm
from grids.posts.models import Licence
from grids.posts.views import FILLERS, communities_of

if TYPE_CHECKING:
    from community.directory.models import User
    from grids.posts.licence import LicenceQuerySet

MOST_CARDS = 200
PLACES = ("post__user", "post__role", "post__grid", "post__community", "community")


def _mine(request: HttpRequest) -> "LicenceQuerySet":
    return Licence.objects.visible_to(cast("User", request.user)).select_related(*PLACES)


def _card(request: HttpRequest, licence: Licence) -> dict[str, Any]:
    address = reverse("licence", args=[licence.key])
    today = timezone.localdate()
    return {
        "licence": licence, "link": request.build_absolute_uri(address), "state": licence.state_on(today),
        "short": licence.falls_short_on(today),
    }  # fmt: skip


@needs(*FILLERS)
@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """Every standing licence as a card, eight on an A4 sheet; ``?role=`` narrows, ``?short=1`` to those to renew."""
    user, today = cast("User", request.user), timezone.localdate()
    mine, short = _mine(request).filter(community__in=communities_of(user)), request.GET.get("short") == "1"
    rows = mine.falling_short(today) if short else mine.standing(today)
    role = request.GET.get("role", "")
    if role.isdecimal() and len(role) < 10:
        rows = rows.filter(post__role=int(role))
    cards = [_card(request, row) for row in rows.order_by("post__role", "pk")[:MOST_CARDS]]
    roles = Role.objects.filter(licensed=True)
    context = {"shell": shell_for(user), "cards": cards, "roles": roles, "chosen": role, "only_short": short}
    return render(request, "grids/posts/cards.html", context)


@signed_in
@require_safe
def licence(request: HttpRequest, pk: int) -> HttpResponse:
    """One card: the holder's own, or one that somebody looks after."""
    found = get_object_or_404(_mine(request), pk=pk)
    user = cast("User", request.user)
    context = _card(request, found) | {
        "shell": shell_for(user),
        "own": found.post.user_id == user.pk,
        "form": WithdrawForm(),
    }
    return render(request, "grids/posts/licence.html", context)


@signed_in
@require_POST
def show_name(request: HttpRequest, pk: int) -> HttpResponse:
    """The holder says whether strangers read the full name."""
    found = get_object_or_404(_mine(request), pk=pk)
    try:
        found.show_name(request.POST.get("full") == "yes", by=cast("User", request.user))
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("已改好，扫码的人看到的就是这样。"))
    return redirect("grids:licence", pk=pk)


@needs(*FILLERS)
@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """A new card for the rest of the term."""
    found = get_object_or_404(_mine(request), pk=pk)
    try:
        found = found.renew(by=cast("User", request.user))
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("新证已发，旧证扫码会显示“已收回”。"))
    return redirect("grids:licence", pk=found.pk)


@needs(*FILLERS)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a licence back, with a reason."""
    found = get_object_or_404(_mine(request), pk=pk)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found.withdraw(by=cast("User", request.user), reason=form.cleaned_data["reason"])
        except MoveError as refusal:
            messages.warning(request, str(refusal.message))
        else:
            messages.success(request, _("证已收回，扫码会显示“已收回”。"))
        return redirect("grids:licence", pk=pk)
    context = {"shell": shell_for(cast("User", request.user)), "licence": found, "form": form}
    return render(request, "grids/posts/withdraw.html", context, status=422 if form.is_bound else 200)


@public
@never_cache
@require_safe
def verify(request: HttpRequest, key: str) -> HttpResponse:
    """Behind the QR code, for anybody: the name as the holder agreed, the post, the grid, the state; nothing more."""
    rows = Licence.objects.select_related(*PLACES)
    found = rows.filter(key=key.upper()).first() if key.isascii() else None
    context: dict[str, Any] = {"licence": found}
    if found is not None:
        context["state"] = found.state_on(timezone.localdate())
    return render(request, "grids/posts/verify.html", context, status=200 if found else 404)
