"""Pages of “五个一”: the day's calls on a phone, one duty, the one click, and the leader's board."""

from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import needs, signed_in
from community.core.workflow import MoveError
from community.directory.models import Person
from grids.care.board import board_of
from grids.care.duties import CareCall, CareTurn
from grids.care.forms import BeginForm
from grids.care.models import CarePlan
from grids.visits.reach import VISITORS, places_visited

if TYPE_CHECKING:
    from community.directory.models import User

RESULTS = ("answered", "no_answer", "seen", "needs_help")


@signed_in
@never_cache
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Whom to call today: large buttons, the number for as long as the call is open."""
    user = cast("User", request.user)
    waiting = CareCall.objects.waiting_for(user).listed().order_by("due_at", "pk")[:60]
    done = CareCall.objects.of_kind().filter(assignee=user, day=timezone.localdate(), status="done")
    turns = CareTurn.objects.waiting_for(user).listed().order_by("due_at", "pk")[:30]
    context = {
        "shell": shell_for(user),
        "calls": list(waiting),
        "turns": list(turns),
        "done": list(done.listed().order_by("-ended_at")[:60]),
        "today": timezone.localdate(),
    }
    return render(request, "grids/care/calls.html", context)


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One call and its result; where a notice about it leads."""
    user = cast("User", request.user)
    found = get_object_or_404(CareCall.objects.visible_to(user).listed(), pk=pk)
    problem = ""
    if request.method == "POST":
        problem = _make(request, found, request.POST.get("result", ""), RESULTS)
        if not problem:
            return redirect("care:calls" if found.assignee_id == user.pk else "care:call", *_pk_of(found, user))
    context = {
        "shell": shell_for(user), "call": found, "problem": problem, "typed": request.POST.get("note", ""),
        "moves": [move.verb for move in found.moves_for(user)],
        "notes": list(found.timeline.select_related("actor").order_by("-pk")[:20]),
    }  # fmt: skip
    return render(request, "grids/care/call.html", context, status=422 if problem else 200)


def _pk_of(found: CareCall, user: "User") -> list[int]:
    return [] if found.assignee_id == user.pk else [found.pk]


def _make(request: HttpRequest, found: Any, verb: str, known: tuple[str, ...]) -> str:
    """Make the move; what is missing is answered in words."""
    if verb not in known:
        return _("请选择结果。")
    try:
        getattr(found, verb)(by=request.user, note=request.POST.get("note", "").strip()[:2000])
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    except ValidationError as error:
        return " ".join(error.messages)
    else:
        told = _("已紧急上报，网格员和网格长马上收到。") if verb == "needs_help" else _("已记下。")
        messages.success(request, told)
    return ""


@signed_in
@require_http_methods(["GET", "POST"])
def turn(request: HttpRequest, pk: int) -> HttpResponse:
    """家政, 活动 or 慰问: what is to be done, and the words that it was."""
    user = cast("User", request.user)
    found = get_object_or_404(CareTurn.objects.visible_to(user).listed(), pk=pk)
    problem = ""
    if request.method == "POST":
        problem = _make(request, found, "finish", ("finish",))
        if not problem:
            return redirect("care:turn", pk=pk)
    context = {
        "shell": shell_for(user), "turn": found, "problem": problem, "typed": request.POST.get("note", ""),
        "moves": [move.verb for move in found.moves_for(user)],
        "notes": [row for row in found.timeline.select_related("actor") if row.note],
    }  # fmt: skip
    return render(request, "grids/care/turn.html", context, status=422 if problem else 200)


@needs(*VISITORS)
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """One click: the five plans with everybody proposed; an elder who has them already is shown theirs."""
    user = cast("User", request.user)
    people = Person.objects.filter(
        places_visited(user, "community", "dwelling__building__grid"), dwelling__isnull=False
    )
    person = get_object_or_404(people.select_related("dwelling__building__grid", "dwelling__building__estate"), pk=pk)
    if known := CarePlan.objects.visible_to(user).filter(care_of=person).first():
        return redirect("cases:page", number=known.number)
    form = BeginForm(request.POST or None, user=user, person=person, initial={"request_key": uuid4()})
    if care := form.raised():
        messages.success(request, _("五个一已建立，今天起就有人联系老人。"))
        return redirect("cases:page", number=care.number)
    context = {"shell": shell_for(user), "form": form, "person": person}
    return render(request, "grids/care/begin.html", context, status=422 if form.errors else 200)


@needs(*VISITORS)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Elders nobody has reached today stand first."""
    user = cast("User", request.user)
    chosen = request.GET.get("state", "")
    found = board_of(user, timezone.now())
    context = {
        "shell": shell_for(user),
        "board": found,
        "elders": found.those(chosen),
        "chosen": chosen,
        "unreached": found.count("unreached"),
        "reached": found.count("reached", "help"),
        "resting": found.count("resting"),
    }
    return render(request, "grids/care/board.html", context)
