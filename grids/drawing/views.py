"""The list of redraws and the drawing board. A redraw's own page, with the preview, is ``cases:page``."""

from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.cases.forms import MoveForm
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.workflow import MoveError
from grids.drawing.board import columns_of
from grids.drawing.forms import DrawForm, MergeForm, ShiftForm, SplitForm
from grids.drawing.models import Redraw

if TYPE_CHECKING:
    from community.directory.models import User

DRAWERS = (Perm.IMPORT_DIRECTORY, Perm.MANAGE_POSTS)


@needs(*DRAWERS)
@require_http_methods(["GET", "POST"])
def drawings(request: HttpRequest) -> HttpResponse:
    """Every redraw, newest first, and the form that begins one."""
    user = cast("User", request.user)
    form = DrawForm(request.POST or None, user=user, initial={"request_key": uuid4()})
    if redraw := form.raised():
        return redirect("grids:drawing", number=redraw.number)
    page = newest_first(Redraw.objects.visible_to(user).of_kind().select_related("community"), request.GET)
    context = {"shell": shell_for(user), "form": form, "page": page}
    return render(request, "grids/drawing/list.html", context, status=422 if form.is_bound else 200)


def _find(request: HttpRequest, number: str) -> Redraw:
    rows = Redraw.objects.visible_to(cast("User", request.user)).select_related("community")
    return get_object_or_404(rows, number=number)


@needs(*DRAWERS)
@require_safe
def drawing(request: HttpRequest, number: str) -> HttpResponse:
    """The board; a redraw that is no draft any more is read on its own page."""
    redraw = _find(request, number)
    if redraw.status != Redraw.Status.DRAFT:
        return redirect("cases:page", number=number)
    return _board(request, redraw)


def _board(request: HttpRequest, redraw: Redraw, refused: MoveForm | None = None) -> HttpResponse:
    user = cast("User", request.user)
    forms: dict[str, MoveForm] = {
        form.__name__: form(case=redraw, user=user) for form in (ShiftForm, SplitForm, MergeForm)
    }
    if refused is not None:
        forms[type(refused).__name__] = refused
    context: dict[str, Any] = {
        "shell": shell_for(user),
        "redraw": redraw,
        "columns": columns_of(redraw),
        "moved": redraw.shifts.count(),
        "split": forms["SplitForm"],
        "merge": forms["MergeForm"],
        "refused": refused,
        "chosen": request.POST.getlist("buildings") if refused is not None else [],
    }
    whole = not request.htmx  # type: ignore[attr-defined]
    template = "grids/drawing/board.html" if whole else "grids/drawing/_board.html"
    # htmx swaps nothing that is answered with an error.
    return render(request, template, context, status=422 if refused is not None and whole else 200)


def _make(request: HttpRequest, number: str, form_class: type[MoveForm], verb: str) -> HttpResponse:
    redraw = _find(request, number)
    form = form_class(request.POST, case=redraw, user=cast("User", request.user))
    try:
        redraw.workflow.check(verb, form.user, redraw)
        if form.is_valid():
            form.make(verb)
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("cases:page", number=number)
    except ValidationError as error:
        form.add_error(None, error)
    if form.errors or request.htmx:  # type: ignore[attr-defined]
        return _board(request, redraw, form if form.errors else None)
    return redirect("grids:drawing", number=number)


@needs(*DRAWERS)
@require_POST
def shift(request: HttpRequest, number: str) -> HttpResponse:
    """Buildings into a grid: dragged there, or chosen and sent there."""
    return _make(request, number, ShiftForm, "shift")


@needs(*DRAWERS)
@require_POST
def split(request: HttpRequest, number: str) -> HttpResponse:
    """Buildings into a grid of their own."""
    return _make(request, number, SplitForm, "split")


@needs(*DRAWERS)
@require_POST
def merge(request: HttpRequest, number: str) -> HttpResponse:
    """All buildings of one grid into another."""
    return _make(request, number, MergeForm, "merge")
