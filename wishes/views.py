"""Pages of the wish: the board, raising one, mine, and the staff's desk. A wish's own page is ``cases:page``."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import needs, public, signed_in
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import Community
from wishes.forms import BoardFilter, DeskFilter, SubmitForm
from wishes.models import Wish

if TYPE_CHECKING:
    from community.directory.models import User
    from wishes.models.wish import WishQuerySet

SOON = timedelta(hours=4)


@public
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The wish wall: what neighbours wish for, without saying who they are."""
    wishes, community = _board(request)
    chosen = BoardFilter(request.GET or None)
    if chosen.is_valid():
        wishes = _narrowed(wishes, chosen.cleaned_data, ("group", "urgency"))
    page = newest_first(wishes.select_related("building__estate"), request.GET)
    template = "wishes/_board.html" if request.htmx else "wishes/board.html"  # type: ignore[attr-defined]
    user = request.user
    return render(
        request,
        template,
        {
            "shell": shell_for(user) if user.is_authenticated else "shells/resident.html",
            "page": page,
            "filter": chosen,
            "community": community,
            "communities": [] if community else Community.objects.all()[:50],
            "may_claim": bool(reach(user, Perm.CLAIM_WISHES)),
        },
    )


def _board(request: HttpRequest) -> "tuple[WishQuerySet, Community | None]":
    """The wishes of one's own board, or of the community that a visitor chose."""
    if request.user.is_authenticated:
        user = request.user
        return Wish.objects.board_of(user), user.community
    chosen = request.GET.get("community", "")
    community = Community.objects.filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 10 else None
    return Wish.objects.on_board().filter(community=community), community


def _narrowed(wishes: "WishQuerySet", chosen: dict[str, Any], names: tuple[str, ...]) -> "WishQuerySet":
    return wishes.filter(**{name: chosen[name] for name in names if chosen.get(name)})


@signed_in
@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest) -> HttpResponse:
    """Raise a wish; the same request sent twice leads to the same receipt."""
    user = cast("User", request.user)
    form = SubmitForm(request.POST or None, request.FILES or None, user=user, initial={"request_key": uuid4()})
    if wish := form.raised():
        return redirect("wishes:receipt", number=wish.number)
    return render(request, "wishes/submit.html", {"form": form}, status=422 if form.is_bound else 200)


@signed_in
@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The number, what happens next and by when."""
    wish = get_object_or_404(Wish.objects.filter(raised_by=cast("User", request.user)), number=number)
    return render(request, "wishes/receipt.html", {"wish": wish})


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The wishes I made and the wishes I granted."""
    user = cast("User", request.user)
    tab = "claimed" if request.GET.get("tab") == "claimed" else "made"
    rows = Wish.objects.claimed_by(user) if tab == "claimed" else Wish.objects.filter(raised_by=user)
    page = newest_first(rows.select_related("building__estate"), request.GET)
    tabs = [
        {"label": _("我许的"), "href": "?tab=made", "active": tab == "made"},
        {"label": _("我认领的"), "href": "?tab=claimed", "active": tab == "claimed"},
    ]
    return render(request, "wishes/mine.html", {"shell": shell_for(user), "page": page, "tab": tab, "tabs": tabs})


@needs(Perm.VET_WISHES, Perm.SEE_DASHBOARD)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The staff's list with filters; every figure of the dashboard leads here."""
    user = cast("User", request.user)
    chosen = DeskFilter(request.GET)
    wishes = Wish.objects.in_reach_of(user).select_related("building__estate", "grid", "handler")
    wishes = _at_desk(wishes, chosen.cleaned_data) if chosen.is_valid() else wishes.none()
    page = newest_first(wishes, request.GET, scattered=bool(request.GET.get("due")))
    template = "wishes/_desk.html" if request.htmx else "wishes/desk.html"  # type: ignore[attr-defined]
    return render(request, template, {"page": page, "filter": chosen})


def _at_desk(wishes: "WishQuerySet", chosen: dict[str, Any]) -> "WishQuerySet":
    wishes = _narrowed(wishes, chosen, ("group", "urgency", "grid", "community"))
    now = timezone.now()
    if chosen.get("state") == "open":
        wishes = wishes.open()
    elif chosen.get("state"):
        wishes = wishes.filter(status=chosen["state"])
    if chosen.get("due"):
        wishes = wishes.overdue(now) if chosen["due"] == "overdue" else wishes.due_within(now, now + SOON)
    if chosen.get("gridless"):
        wishes = wishes.filter(grid=None)
    if chosen.get("days") and chosen["moment"] == "claimed":
        return wishes.claimed_in_last(chosen["days"])
    return wishes.in_last(chosen["days"], chosen["moment"] or "raised_at") if chosen.get("days") else wishes
