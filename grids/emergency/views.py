"""Pages of emergencies: the commander's board, declaring one, and the page on which whoever is called answers."""

from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import needs, signed_in
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.workflow import MoveError
from grids.emergency.board import standing
from grids.emergency.forms import AnswerForm, DeclareForm
from grids.emergency.models import Call, Emergency
from grids.emergency.street.models import StreetEmergency, commanded
from grids.emergency.workflow import commands

if TYPE_CHECKING:
    from community.directory.models import User

# The street's own, above the communities'; older ones are reached through any of their parts.
WHOLES = 5


@needs(Perm.COMMAND_EMERGENCY)
@require_safe
def all_of_them(request: HttpRequest) -> HttpResponse:
    """Emergencies and drills, newest first."""
    user = cast("User", request.user)
    rows = Emergency.objects.in_reach_of(user, Perm.COMMAND_EMERGENCY).select_related("community", "handler")
    context = {
        "shell": shell_for(user),
        "page": newest_first(rows, request.GET),
        "leads_street": bool(commanded(user)),
        "wholes": list(StreetEmergency.objects.visible_to(user).order_by("-pk")[:WHOLES]),
    }
    return render(request, "grids/emergency/all.html", context)


@needs(Perm.COMMAND_EMERGENCY)
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """Declare one; the same request sent twice declares one."""
    user = cast("User", request.user)
    form = DeclareForm(request.POST or None, user=user, initial={"request_key": uuid4()})
    if made := form.raised():
        return redirect("emergency:board", number=made.number)
    context = {"shell": shell_for(user), "form": form}
    return render(request, "grids/emergency/declare.html", context, status=422 if form.is_bound else 200)


def find_commanded(request: HttpRequest, number: str) -> Emergency:
    rows = Emergency.objects.in_reach_of(cast("User", request.user), Perm.COMMAND_EMERGENCY)
    related = rows.select_related(
        "community", "handler", "street_part__whole__street", "street_part__whole__declared_by"
    )
    return get_object_or_404(related, number=number)


@needs(Perm.COMMAND_EMERGENCY)
@never_cache
@require_safe
def board(request: HttpRequest, number: str) -> HttpResponse:
    """The commander's board: head-count, doors, who has answered what, and the log; it keeps itself up to date."""
    user, emergency = cast("User", request.user), find_commanded(request, number)
    context = {"shell": shell_for(user), "moves": emergency.moves_for(user), **standing(emergency)}
    context |= {"whole": emergency.whole, "leads_street": bool(commanded(user)), "request_key": uuid4()}
    return render(request, "grids/emergency/board.html", context)


@needs(Perm.COMMAND_EMERGENCY)
@never_cache
@require_safe
def now(request: HttpRequest, number: str) -> HttpResponse:
    """The part of the board that changes."""
    emergency = find_commanded(request, number)
    return render(request, "grids/emergency/_now.html", standing(emergency))


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap answers, signs in or out; the commander answers for those who were rung up."""
    user = cast("User", request.user)
    rows = Call.objects.visible_to(user).select_related("emergency__community", "user", "person", "point")
    found = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        _answer(request, found)
        own = found.user_id == user.pk
        return redirect("emergency:call", pk=pk) if own else redirect("emergency:board", number=found.emergency.number)
    return render(request, "grids/emergency/call.html", _call_context(user, found))


def _call_context(user: "User", found: Call) -> dict[str, Any]:
    return {
        "shell": shell_for(user),
        "call": found,
        "emergency": found.emergency,
        "points": list(found.emergency.points.all()),
        "quick": (5, 10, 15, 30),
        "commands": commands(user, found.emergency),
    }


def _answer(request: HttpRequest, found: Call) -> None:
    form, user, at = AnswerForm(request.POST, call=found), cast("User", request.user), timezone.now()
    if not form.is_valid():
        messages.warning(request, _("没有记下，请再点一次。"))
        return
    data = form.cleaned_data
    try:
        if data["act"] == "arrive":
            found.arrive(by=user, now=at, point=data["point"])
        elif data["act"] == "leave":
            found.leave(by=user, now=at)
        elif data["act"] == "locate" and found.user_id == user.pk:
            found.locate(data["lat"], data["lng"], now=at)
        elif data["act"] in Call.Answer.values:
            found.respond(data["act"], by=user, now=at, minutes=data["minutes"])
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("已记下。"))
