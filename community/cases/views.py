"""One page, one action view and one photo view for cases of every kind."""

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import signed_in
from community.cases.boxes import boxes_of
from community.cases.diagram import diagram_of
from community.cases.process import model_of, move_rows, processes, state_rows
from community.cases.registry import Kind, kind_numbered
from community.cases.replies.offering import replies_for
from community.cases.shown import promise_of, story
from community.core.models import Attachment, Case
from community.core.workflow import MoveError

if TYPE_CHECKING:
    from community.directory.models import User


def find(number: str, user: "User") -> tuple[Kind, Case]:
    """A case that the person may see, as its own kind; Http404 otherwise, also for another community's."""
    kind = kind_numbered(number)
    if kind is None:
        raise Http404
    cases = kind.model._default_manager.visible_to(user)
    related = cases.select_related("community", "grid", "building__estate", "handler", "raised_by", "awaits_user")
    return kind, get_object_or_404(related, number=number)


@signed_in
@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The matter's page: title, state, step line, promise, what you can do now, and the story."""
    user = cast("User", request.user)
    kind, case = find(number, user)
    return render(request, "cases/page.html", _context(kind, case, user))


def _context(kind: Kind, case: Case, user: "User") -> dict[str, Any]:
    moves = case.moves_for(user)
    return {
        "shell": shell_for(user),
        "kind": kind,
        "case": case,
        "tone": kind.state_tones.get(case.status, "info" if case.is_open else "done"),
        "steps": kind.steps(case),
        "promise": promise_of(case, user),
        "moves": sorted((move for move in moves if not move.aside), key=lambda move: move.tone != "primary"),
        "more": [move for move in moves if move.aside],
        "story": story(case, user),
        "boxes": boxes_of(case, user),
        **kind.context(case, user),
    }


@signed_in
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Ask for a move's details and make it; the buttons of the page lead here."""
    user = cast("User", request.user)
    kind, case = find(number, user)
    move = next((row for row in case.workflow.moves if row.verb == verb and not row.opens), None)
    if move is None:
        raise Http404
    try:
        case.workflow.check(verb, user, case)
    except MoveError as refusal:
        return _refused(request, case, refusal)
    form = kind.form_for(verb)(request.POST or None, request.FILES or None, case=case, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            form.make_once(verb)
        except MoveError as refusal:
            return _refused(request, case, refusal)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, str(move.told))
            return _onwards(kind, case, user)
    context: dict[str, Any] = {"shell": shell_for(user), "kind": kind, "case": case, "move": move, "form": form}
    context["replies"] = replies_for(case, user, verb)
    context["button_kind"] = "danger" if move.tone == "danger" else "primary"
    return render(request, "cases/act.html", context, status=422 if form.is_bound else 200)


def _refused(request: HttpRequest, case: Case, refusal: MoveError) -> HttpResponse:
    messages.warning(request, str(refusal.message))
    return redirect("cases:page", number=case.number)


def _onwards(kind: Kind, case: Case, user: "User") -> HttpResponse:
    """Back to the case, or to the list when the move took it out of this person's sight."""
    model = cast(Any, kind.model)
    if model._default_manager.visible_to(user).filter(pk=case.pk).exists():
        return redirect("cases:page", number=case.number)
    return redirect(kind.list_url)


@signed_in
@require_safe
@cache_control(private=True, max_age=86_400, immutable=True)
def photo(request: HttpRequest, key: UUID, size: str) -> HttpResponseBase:
    """A photo, only to those who take part in its case or work on it."""
    user = cast("User", request.user)
    if size not in ("full", "thumb"):
        raise Http404
    found = get_object_or_404(Attachment.objects.filter(case__isnull=False).select_related("case"), key=key)
    if not find(cast(Case, found.case).number, user)[1].is_known_to(user):
        raise Http404
    image = found.thumbnail if size == "thumb" else found.image
    return FileResponse(image.open("rb"), content_type="image/jpeg")


@signed_in
@require_safe
def workflow(request: HttpRequest, kind_name: str) -> HttpResponse:
    """The process of a kind, drawn and told from its transition table, for those who work with it and who check it."""
    user = cast("User", request.user)
    known = processes()
    if kind_name not in known:
        raise Http404
    if not user.is_superuser and shell_for(user) == "shells/resident.html":
        raise PermissionDenied
    model = model_of(kind_name)
    context = {
        "shell": shell_for(user),
        "name": kind_name,
        "label": known[kind_name],
        "processes": known,
        "diagram": diagram_of(model),
        "moves": move_rows(model),
        "states": state_rows(model),
        "now": timezone.now(),
    }
    return render(request, "cases/workflow.html", context)
