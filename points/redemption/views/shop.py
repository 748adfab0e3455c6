"""What a member sees: the catalogue, an offer, the cart, and what they redeemed."""

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import signed_in
from community.core import asked
from community.core.paging import newest_first
from community.core.workflow import MoveError
from points.models import Account, CartLine, Offer, PrizeDraw, Redemption, Window, member
from points.redemption.cart import Refused, admit, check_out, home_of
from points.redemption.draw import entered
from points.redemption.forms import QuantityForm

if TYPE_CHECKING:
    from community.directory.models import User


def available(user: "User") -> int:
    """The points that the person can spend at home."""
    if user.community_id is None:
        return 0
    account = Account.objects.named([member(user, user.community_id)]).first()
    return account.balance if account else 0


@signed_in
@require_safe
def shop(request: HttpRequest) -> HttpResponse:
    """The window that is open, or the next one."""
    user, now = cast("User", request.user), timezone.now()
    window = Window.objects.current(user.community_id, now)
    offers = Offer.objects.filter(window=window, withdrawn=False).select_related("partner", "draw").order_by("pk")
    context = {
        "shell": shell_for(user),
        "window": window,
        "open": window is not None and window.is_open(now),
        "offers": list(offers) if window else [],
        "points": available(user),
        "in_cart": CartLine.objects.visible_to(user).count(),
    }
    return render(request, "points/redemption/shop.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """One offer; posting puts it into the cart, or changes how many."""
    user, now = cast("User", request.user), timezone.now()
    rows = Offer.objects.visible_to(user).select_related("window", "partner", "draw")
    found = get_object_or_404(rows, pk=pk)
    form = QuantityForm(request.POST or None, initial={"quantity": 1})
    if request.method == "POST" and form.is_valid() and _put(found, form, user):
        return redirect("redemption:cart")
    draw: PrizeDraw | None = getattr(found, "draw", None)
    context = {
        "shell": shell_for(user), "offer": found, "form": form, "draw": draw, "points": available(user),
        "for_me": found.is_for(user, now), "open": found.window.is_open(now),
        "entry": entered([draw], user).get(draw.pk) if draw else None, "barred": "" if draw else _barred(found, user),
    }  # fmt: skip
    return render(request, "points/redemption/offer.html", context, status=422 if form.is_bound else 200)


def _barred(found: Offer, user: "User") -> str:
    """Why the person cannot take even one, as where they have taken all that each may."""
    try:
        admit(found, 1, user, home_of(user), timezone.now())
    except Refused as refusal:
        return str(refusal.message)
    return ""


def _put(found: Offer, form: QuantityForm, user: "User") -> bool:
    try:
        CartLine.put(found, form.cleaned_data["quantity"], by=user, now=timezone.now())
    except Refused as refusal:
        form.add_error("quantity", str(refusal.message))
        return False
    return True


@signed_in
@require_safe
def cart(request: HttpRequest) -> HttpResponse:
    return _cart(request, cast("User", request.user), "")


def _cart(request: HttpRequest, user: "User", refusal: str) -> HttpResponse:
    """Each page carries a fresh key: whoever taps twice sends the same one twice."""
    lines = list(CartLine.objects.visible_to(user).shown())
    total, points = sum(line.points for line in lines), available(user)
    context: dict[str, Any] = {
        "shell": shell_for(user), "lines": lines, "total": total, "points": points, "left": points - total,
        "missing": max(0, total - points), "key": uuid4(), "refusal": refusal,
    }  # fmt: skip
    return render(request, "points/redemption/cart.html", context, status=422 if refusal else 200)


@signed_in
@require_POST
def checkout(request: HttpRequest) -> HttpResponse:
    """Redeem the cart, once for each key."""
    user = cast("User", request.user)
    try:
        key, shown = _key(request.POST.get("key", "")), asked.number(request.POST.get("total"), digits=11)
        made = check_out(by=user, key=key, now=timezone.now(), shown=shown)
    except MoveError as refusal:
        return _cart(request, user, str(refusal.message))
    messages.success(request, _("兑换成功，请凭领取码去领。"))
    return redirect("redemption:mine") if len(made) > 1 else redirect("cases:page", number=made[0].number)


def _key(text: str) -> UUID:
    """The page's own key; a form without a sound one is a form of its own."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I redeemed, newest first, and the draws I take part in."""
    user = cast("User", request.user)
    rows = Redemption.objects.filter(raised_by=user).select_related("partner", "window")
    page = newest_first(rows, request.GET)
    draws = (
        PrizeDraw.objects.filter(entries__member=user, entries__withdrawn_at=None)
        .open()
        .select_related("offer")
        .order_by("draws_at")[:20]
    )
    context = {"shell": shell_for(user), "page": page, "draws": draws}
    return render(request, "points/redemption/mine.html", context)
