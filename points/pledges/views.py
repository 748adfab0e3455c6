"""One's own card, the cards of the community, and the card behind its code."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import public, signed_in
from community.core.paging import newest_first
from community.core.workflow import MoveError
from points.pledges.forms import PledgeForm
from points.pledges.models import Pledge, is_party_member
from points.stars.models import star_of, stars_of

if TYPE_CHECKING:
    from community.directory.models import User


@signed_in
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The cards shown in one's community, newest first: a choice of those who show them, no ranking."""
    user = cast("User", request.user)
    rows = Pledge.objects.showing().filter(community=user.community_id).select_related("user")
    page = newest_first(rows, request.GET)
    stars = stars_of([card.user_id for card in page.rows if card.with_star], user.community_id)
    cards = [{"card": card, "star": stars.get(card.user_id) if card.with_star else None} for card in page.rows]
    context = {"shell": shell_for(user), "page": page, "cards": cards, "own": _own(user)}
    return render(request, "points/pledges/board.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """Write one's card; showing it is a second, separate decision."""
    user = cast("User", request.user)
    if user.community is None:
        messages.info(request, _("加入一个社区后，才能写承诺卡。"))
        return redirect("points:mine")
    card, of_party = _own(user), is_party_member(user)
    initial = {name: getattr(card, name) for name in PledgeForm.base_fields} if card else {}
    form = PledgeForm(request.POST or None, party_member=of_party, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            Pledge.write(by=user, community=user.community, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("承诺卡写好了。"))
            return redirect("points:pledge-mine")
    link = request.build_absolute_uri(reverse("pledge", args=[card.key])) if card else ""
    context = {"shell": shell_for(user), "form": form, "card": card, "link": link, "star": star_of(user)}
    return render(request, "points/pledges/mine.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_POST
def show(request: HttpRequest) -> HttpResponse:
    """Show one's card, or take it back."""
    user = cast("User", request.user)
    card = _own(user)
    if card is None:
        return redirect("points:pledge-mine")
    try:
        if request.POST.get("show") == "yes":
            card.show(by=user)
            messages.success(request, _("承诺卡已公开，随时可以收回。"))
        else:
            card.take_back(by=user)
            messages.success(request, _("承诺卡已收回，别人看不到了。"))
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("points:pledge-mine")


@public
@never_cache
@require_safe
def card(request: HttpRequest, key: str) -> HttpResponse:
    """Behind the code of a card, for anybody, while it is shown; afterwards it says no more than that it is not."""
    shown = Pledge.objects.showing().select_related("user", "community")
    found = shown.filter(key=key.upper()).first() if key.isascii() else None
    context: dict[str, Any] = {"card": found}
    if found is not None and found.with_star:
        context["star"] = star_of(found.user)
    return render(request, "points/pledges/card.html", context, status=200 if found else 404)


def _own(user: "User") -> Pledge | None:
    return Pledge.objects.filter(user=user, community=user.community_id).select_related("user", "community").first()
