"""Looking at a sheet again: send items back with a reason, accept, or look at what is hidden with a reason."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community.access.models import Reveal
from community.access.shells import shell_for
from community.access.views import needs
from community.cases.reveal import RevealForm
from community.core.perms import Perm
from community.core.workflow import MoveError
from grids.surveys.filling import find, parts_of
from grids.surveys.models import Sheet
from grids.surveys.workflow import runs

if TYPE_CHECKING:
    from community.directory.models import User


def _found(request: HttpRequest, pk: int) -> Sheet:
    found = find(request, pk)
    if not runs(cast("User", request.user), found.survey):
        raise PermissionDenied
    return found


@needs(Perm.RUN_SURVEYS)
@never_cache
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet with a box beside every item."""
    user, found = cast("User", request.user), _found(request, pk)
    if request.method == "POST":
        try:
            _decide(request, found)
        except ValidationError as refusal:
            messages.warning(request, " ".join(refusal.messages))
            return redirect("surveys:review", pk=pk)
        except MoveError as refusal:
            messages.warning(request, str(refusal.message))
        else:
            messages.success(request, _("已记下。"))
        return redirect("surveys:sheets", number=found.survey.number)
    context = {
        "shell": shell_for(user), "sheet": found, "survey": found.survey, "parts": parts_of(found, hide=True),
        "history": list(found.corrections.select_related("question", "member", "by")),
    }  # fmt: skip
    return render(request, "grids/surveys/review.html", context)


def _decide(request: HttpRequest, found: Sheet) -> None:
    user, now = cast("User", request.user), timezone.now()
    if request.POST.get("act") == "accept":
        found.accept(by=user, now=now)
        return
    known = {item.key: item for part in parts_of(found, hide=True) for item in part.items}
    chosen = [known[key] for key in request.POST.getlist("item") if key in known]
    items = [(item.question.pk, item.member.pk if item.member else None) for item in chosen]
    found.send_back(items, reason=request.POST.get("reason", ""), by=user, now=now)


@needs(Perm.RUN_SURVEYS)
@never_cache
@require_http_methods(["GET", "POST"])
def sensitive(request: HttpRequest, pk: int) -> HttpResponse:
    """Sensitive answers, once, after a reason has been written down."""
    user, found = cast("User", request.user), _found(request, pk)
    form = RevealForm(request.POST if request.method == "POST" else None)
    items: list[Any] = []
    if request.method == "POST" and form.is_valid():
        Reveal.record(
            by=user, fact=Reveal.Fact.ANSWER, reason=form.cleaned_data["reason"],
            community_id=found.survey.community_id, case_id=found.survey_id, person=found.dwelling.householder,
        )  # fmt: skip
        items = [item for part in parts_of(found, hide=False) for item in part.items if item.question.sensitive]
    context = {"shell": shell_for(user), "sheet": found, "form": form, "items": items}
    return render(request, "grids/surveys/sensitive.html", context)
