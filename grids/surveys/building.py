"""The form builder: sections and questions of the version that is being written."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.core.perms import Perm
from grids.surveys.forms import QuestionForm, SectionForm
from grids.surveys.models import Form, Question, Section, Survey
from grids.surveys.progress import shape_of
from grids.surveys.views import find
from grids.surveys.workflow import runs

if TYPE_CHECKING:
    from community.directory.models import User

running = needs(Perm.RUN_SURVEYS)


def _page(request: HttpRequest, survey: Survey, **given: Any) -> HttpResponse:
    user = cast("User", request.user)
    written = survey.draft_form()
    shown = written or survey.current_form()
    context: dict[str, Any] = {
        "shell": shell_for(user), "survey": survey, "version": shown, "frozen": written is None,
        "shape": shape_of(shown) if shown else [], "moves": survey.moves_for(user),
    }  # fmt: skip
    if written is not None:
        first = written.sections.last()
        context |= {
            "section_form": SectionForm(),
            "question_form": QuestionForm(form_version=written, initial={"section": first}) if first else None,
        }
    bound = any(form.is_bound for form in given.values())
    return render(request, "grids/surveys/form.html", context | given, status=422 if bound else 200)


def _written(request: HttpRequest, number: str) -> tuple[Survey, Form | None]:
    """The survey and its version under work; published versions are frozen."""
    survey = find(request, number)
    found = survey.draft_form() if runs(cast("User", request.user), survey) and survey.is_open else None
    if found is None:
        messages.warning(request, _("这份调查表已经发布，不能再改；需要时请修订出新版。"))
    return survey, found


@running
@require_safe
def form(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, find(request, number))


@running
@require_POST
def add_section(request: HttpRequest, number: str) -> HttpResponse:
    survey, written = _written(request, number)
    if written is None:
        return redirect("surveys:form", number=number)
    asked = SectionForm(request.POST)
    if not asked.is_valid():
        return _page(request, survey, section_form=asked)
    asked.add_to(written)
    return redirect("surveys:form", number=number)


@running
@require_POST
def add_question(request: HttpRequest, number: str) -> HttpResponse:
    survey, written = _written(request, number)
    if written is None:
        return redirect("surveys:form", number=number)
    asked = QuestionForm(request.POST, form_version=written)
    if not asked.is_valid():
        return _page(request, survey, question_form=asked)
    asked.add()
    return redirect("surveys:form", number=number)


@running
@require_POST
def remove(request: HttpRequest, number: str) -> HttpResponse:
    """Take a question or an empty section out of the version under work."""
    _survey, written = _written(request, number)
    if written is not None:
        pk = request.POST.get("question", "")
        Question.objects.filter(section__form=written, pk=int(pk) if pk.isdecimal() and len(pk) < 18 else 0).delete()
        pk = request.POST.get("section", "")
        rows = Section.objects.filter(form=written, questions=None)
        rows.filter(pk=int(pk) if pk.isdecimal() and len(pk) < 18 else 0).delete()
    return redirect("surveys:form", number=number)
