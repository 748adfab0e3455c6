"""Pages of mediation beside the shared case page: the list, a new file, the agreement on paper, what is sensitive."""

from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community.access.models import Reveal
from community.access.shells import shell_for
from community.access.views import needs
from community.cases.opening import opened
from community.cases.reveal import RevealForm
from community.core.paging import newest_first
from community.core.perms import Perm
from grids.mediation.forms import AcceptForm, FileFilter, PaperForm
from grids.mediation.models import AgreementCheck, Mediation
from grids.mediation.paper import agreement_pdf

if TYPE_CHECKING:
    from community.directory.models import User

mediating = needs(Perm.MEDIATE, Perm.LEAD_MEDIATION)


def _find(request: HttpRequest, number: str) -> Mediation:
    rows = Mediation.objects.visible_to(cast("User", request.user)).select_related("community", "handler")
    return get_object_or_404(rows, number=number)


@mediating
@require_safe
def files(request: HttpRequest) -> HttpResponse:
    """The files that the person works on or answers for."""
    user = cast("User", request.user)
    chosen = FileFilter(request.GET)
    rows = Mediation.objects.visible_to(user).select_related("handler", "community")
    rows = _narrowed(rows, chosen.cleaned_data) if chosen.is_valid() else rows.none()
    page = newest_first(rows, request.GET)
    template = "grids/mediation/_files.html" if request.htmx else "grids/mediation/files.html"  # type: ignore[attr-defined]
    return render(request, template, {"shell": shell_for(user), "page": page, "filter": chosen})


def _narrowed(rows: Any, chosen: dict[str, Any]) -> Any:
    if chosen["state"]:
        rows = rows.open() if chosen["state"] == "open" else rows.filter(status=chosen["state"])
    return rows.filter(matter=chosen["matter"]) if chosen["matter"] else rows


@mediating
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """Open a file; the same request sent twice opens one."""
    user = cast("User", request.user)
    form = AcceptForm(request.POST or None, user=user, initial={"request_key": uuid4()})
    return opened(request, form, "grids/mediation/accept.html")


@mediating
@require_safe
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """A check is answered on the page of its file."""
    rows = AgreementCheck.objects.visible_to(cast("User", request.user)).select_related("about")
    found = get_object_or_404(rows, pk=pk)
    return redirect("cases:page", number=found.about.number if found.about else "")


@mediating
@never_cache
@require_http_methods(["GET", "POST"])
def agreement(request: HttpRequest, number: str) -> HttpResponse:
    """Say what the paper is for, and download it: the parties' own paper, nothing masked; every download is written."""
    user, file = cast("User", request.user), _find(request, number)
    form = PaperForm(request.POST if request.method == "POST" else None)
    if file.agreed_on is None:
        return redirect("cases:page", number=number)
    if request.method == "POST" and form.is_valid():
        purpose = dict(PaperForm.PURPOSES)[form.cleaned_data["purpose"]]
        _written(file, user, Reveal.Fact.AGREEMENT, str(purpose))
        answer = HttpResponse(agreement_pdf(file), content_type="application/pdf")
        answer["Content-Disposition"] = f'attachment; filename="{number}.pdf"'
        return answer
    looks = file.reveals.filter(fact=Reveal.Fact.AGREEMENT).select_related("seen_by")[:20]
    context = {"shell": shell_for(user), "case": file, "form": form, "looks": looks}
    return render(request, "grids/mediation/agreement.html", context, status=422 if form.is_bound else 200)


@mediating
@never_cache
@require_http_methods(["GET", "POST"])
def sensitive(request: HttpRequest, number: str) -> HttpResponse:
    """Phones, addresses and sensitive notes, once, after a reason has been written down."""
    user, file = cast("User", request.user), _find(request, number)
    form = RevealForm(request.POST or None)
    shown: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        _written(file, user, Reveal.Fact.RECORD, form.cleaned_data["reason"])
        shown = {"parties": list(file.parties.all()), "meetings": list(file.meetings.exclude(sensitive=""))}
    context = {"shell": shell_for(user), "case": file, "form": form, "shown": shown}
    return render(request, "grids/mediation/sensitive.html", context)


def _written(file: Mediation, user: "User", fact: str, reason: str) -> None:
    Reveal.record(by=user, fact=fact, reason=reason, community_id=file.community_id, case_id=file.pk)
