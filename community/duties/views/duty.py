"""One ordinary duty: what is asked, done with its proof; a leader gives it to somebody else or calls it off."""

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import needs, signed_in
from community.core.models import Attachment
from community.core.perms import Perm
from community.core.widgets import PhotosField
from community.core.workflow import MoveError
from community.directory.models import User
from community.duties.models import Duty, Plan
from community.duties.people import workers_of
from community.duties.views import refusals
from community.timers.clocks import RUNG_NAMES

if TYPE_CHECKING:
    from django.db.models import QuerySet

TONES = {"started": "info", "done": "done", "missed": "overdue", "called_off": "paused"}


class DoneForm(forms.Form):
    """What shows that it was done."""

    note = forms.CharField(
        label=_("完成情况"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    photos = PhotosField(label=_("照片"), required=False, most=6)

    def __init__(self, *args: Any, proof: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = proof == Plan.Proof.NOTE
        self.fields["photos"].required = proof == Plan.Proof.PHOTO


class ReassignForm(forms.Form):
    to = forms.ModelChoiceField(label=_("改由谁做"), queryset=User.objects.none())

    def __init__(self, *args: Any, duty: Duty, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["to"]).queryset = workers_of([duty.community_id])


def _find(request: HttpRequest, pk: int) -> Duty:
    rows: QuerySet[Any] = Duty.objects.visible_to(cast("User", request.user))
    return get_object_or_404(rows.select_related("plan", "grid", "community", "assignee", "turn_of"), pk=pk)


@signed_in
@require_http_methods(["GET", "POST"])
def duty(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a duty; posting says that it is done."""
    found, user = _find(request, pk), cast("User", request.user)
    moves = [move.verb for move in found.moves_for(user)]
    form = None
    if "finish" in moves:
        proof = found.plan.proof if found.plan else Plan.Proof.NONE
        form = DoneForm(request.POST or None, request.FILES or None, proof=proof)
    if request.method == "POST":
        if form is None:
            messages.warning(request, str(_("这项任务已经有了结果，请看下面的经过。")))
            return redirect("duties:duty", pk=pk)
        if form.is_valid():
            try:
                found.finish(by=user, **form.cleaned_data)
            except (ValidationError, MoveError) as error:
                refusals.show(form, error)
            else:
                return redirect("duties:duty", pk=pk)
    return _page(request, found, moves, form)


def _page(request: HttpRequest, found: Duty, moves: list[str], form: DoneForm | None) -> HttpResponse:
    context = {
        "shell": shell_for(cast("User", request.user)),
        "duty": found,
        "tone": TONES.get(found.status, "waiting"),
        "form": form,
        "moves": moves,
        "reassign": ReassignForm(duty=found) if "reassign" in moves else None,
        "story": [_line(found, row) for row in found.timeline.select_related("actor")],
        "photos": [{"url": row.url, "thumb": row.thumbnail_url, "alt": ""} for row in found.attachments.all()],
    }
    return render(request, "duties/duty.html", context, status=422 if form and form.errors else 200)


def _line(found: Duty, row: Any) -> dict[str, Any]:
    if row.verb.startswith("clock."):
        rung = row.verb.removeprefix("clock.")
        return {"row": row, "what": RUNG_NAMES.get(rung, rung), "icon": "alarm"}
    move = found.workflow[row.verb]
    return {"row": row, "what": move.told, "icon": move.icon}


@signed_in
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    return _moved(request, pk, "start")


@needs(Perm.LEAD_GRID, Perm.LEAD_COMMUNITY)
@require_POST
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    return _moved(request, pk, "call_off", note=request.POST.get("note", "").strip()[:2000])


@needs(Perm.LEAD_GRID, Perm.LEAD_COMMUNITY)
@require_POST
def reassign(request: HttpRequest, pk: int) -> HttpResponse:
    form = ReassignForm(request.POST, duty=_find(request, pk))
    if not form.is_valid():
        messages.warning(request, str(_("请从名单中选一位。")))
        return redirect("duties:duty", pk=pk)
    return _moved(request, pk, "reassign", to=form.cleaned_data["to"])


def _moved(request: HttpRequest, pk: int, verb: str, **details: Any) -> HttpResponse:
    found = _find(request, pk)
    try:
        getattr(found, verb)(by=request.user, **details)
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("duties:duty", pk=pk)


@signed_in
@cache_control(private=True, max_age=3600)
@require_safe
def photo(request: HttpRequest, key: UUID, size: str) -> HttpResponseBase:
    """A photo of a duty, only to those who see the duty."""
    if size not in ("full", "thumb"):
        raise Http404
    found = get_object_or_404(Attachment.objects.filter(occurrence__isnull=False).select_related("occurrence"), key=key)
    matter: Any = found.occurrence
    get_object_or_404(type(matter.concrete).objects.visible_to(request.user), pk=matter.pk)
    image = found.thumbnail if size == "thumb" else found.image
    return FileResponse(image.open("rb"), content_type="image/jpeg")
