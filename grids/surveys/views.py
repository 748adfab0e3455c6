"""Surveys: the list, a new one, how complete one is, its households, and the workbook."""

from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.models import Reveal
from community.access.shells import shell_for
from community.access.views import needs
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import Grid
from grids.surveys.board import completeness
from grids.surveys.forms import DraftForm
from grids.surveys.models import Sheet, Survey
from grids.surveys.workbook import workbook
from grids.surveys.workflow import exports, runs

if TYPE_CHECKING:
    from community.directory.models import User

surveying = needs(Perm.FILL_SURVEYS, Perm.RUN_SURVEYS)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def find(request: HttpRequest, number: str) -> Survey:
    rows = Survey.objects.visible_to(cast("User", request.user)).select_related("community", "handler")
    return get_object_or_404(rows, number=number)


@surveying
@require_safe
def all_of_them(request: HttpRequest) -> HttpResponse:
    """To workers the surveys they walk for, to the office all of them."""
    user = cast("User", request.user)
    page = newest_first(Survey.objects.visible_to(user).select_related("community"), request.GET)
    context = {"shell": shell_for(user), "page": page, "may_draft": bool(reach(user, Perm.RUN_SURVEYS))}
    return render(request, "grids/surveys/all.html", context)


@needs(Perm.RUN_SURVEYS)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    form = DraftForm(request.POST or None, user=user, initial={"request_key": uuid4()})
    if made := form.raised():
        return redirect("surveys:form", number=made.number)
    context = {"shell": shell_for(user), "form": form}
    return render(request, "grids/surveys/draft.html", context, status=422 if form.is_bound else 200)


@surveying
@require_safe
def board(request: HttpRequest, number: str) -> HttpResponse:
    """How complete it is: by household, by person, by item."""
    user, survey = cast("User", request.user), find(request, number)
    if not runs(user, survey):
        return redirect("surveys:sheets", number=number)
    looks = survey.reveals.filter(fact=Reveal.Fact.ANSWER).select_related("seen_by")[:10]
    context = {
        "shell": shell_for(user), "survey": survey, "exports": exports(user, survey), "looks": looks,
        **completeness(survey),
    }  # fmt: skip
    return render(request, "grids/surveys/board.html", context)


class SheetFilter(forms.Form):
    state = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("全部")), *Sheet.Stage.choices])
    grid = forms.ModelChoiceField(label=_("网格"), required=False, queryset=Grid.objects.none(), empty_label=_("全部"))

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grids = cast("forms.ModelChoiceField[Grid]", self.fields["grid"])
        grids.queryset = Grid.objects.filter(community=survey.community_id)

    @property
    def active(self) -> int:
        return sum(1 for name in self.fields if self.data.get(name))


@surveying
@require_safe
def sheets(request: HttpRequest, number: str) -> HttpResponse:
    """The households of a survey that the person visits or looks at again."""
    user, survey = cast("User", request.user), find(request, number)
    chosen = SheetFilter(request.GET, survey=survey)
    rows = Sheet.objects.visible_to(user).filter(survey=survey).select_related("dwelling__building__estate", "grid")
    if not chosen.is_valid():
        rows = rows.none()
    else:
        rows = rows.filter(stage=chosen.cleaned_data["state"]) if chosen.cleaned_data["state"] else rows
        rows = rows.filter(grid=chosen.cleaned_data["grid"]) if chosen.cleaned_data["grid"] else rows
    page = newest_first(rows, request.GET)
    context = {"shell": shell_for(user), "survey": survey, "page": page, "filter": chosen, "runs": runs(user, survey)}
    template = "grids/surveys/_sheets.html" if request.htmx else "grids/surveys/sheets.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@needs(Perm.EXPORT_SURVEYS)
@require_POST
def export(request: HttpRequest, number: str) -> HttpResponse:
    """The workbook; that it leaves the hub is written down first."""
    user, survey = cast("User", request.user), find(request, number)
    if not exports(user, survey) or survey.status == Survey.Status.DRAFT:
        raise PermissionDenied
    Reveal.record(
        by=user, fact=Reveal.Fact.ANSWER, reason=str(_("导出全部结果")), community_id=survey.community_id,
        case_id=survey.pk,
    )  # fmt: skip
    answer = HttpResponse(workbook(survey), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{number}.xlsx"'
    return answer
