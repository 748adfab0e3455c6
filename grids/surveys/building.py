"""The form builder: sections and questions of the version that is being written, and their order."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.core.perms import Perm
from grids.surveys.forms import QuestionForm, SectionForm
from grids.surveys.models import Form, Question, Section, Survey
from grids.surveys.ordering import STEPS, Way, drop_question, step_question, step_section
from grids.surveys.progress import shape_of
from grids.surveys.views import find
from grids.surveys.workflow import runs

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from community.directory.models import User

Row = TypeVar("Row", Question, Section)
running = needs(Perm.RUN_SURVEYS)


def _context(request: HttpRequest, survey: Survey) -> dict[str, Any]:
    user = cast("User", request.user)
    written = survey.draft_form() if survey.is_open else None
    shown = written or survey.current_form()
    return {
        "shell": shell_for(user), "survey": survey, "version": shown, "frozen": written is None,
        "shape": shape_of(shown) if shown else [], "moves": survey.moves_for(user),
    }  # fmt: skip


def _page(request: HttpRequest, survey: Survey, **given: Any) -> HttpResponse:
    context = _context(request, survey)
    if not context["frozen"]:
        last = context["shape"][-1][0] if context["shape"] else None
        context |= {
            "section_form": SectionForm(),
            "question_form": QuestionForm(form_version=context["version"], initial={"section": last}) if last else None,
        }
    bound = any(form.is_bound for form in given.values())
    return render(request, "grids/surveys/form.html", context | given, status=422 if bound else 200)


def writing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A change of the version under work, which nobody publishes meanwhile; once published it is refused in words."""

    @wraps(view)
    def guarded(request: HttpRequest, number: str, **named: Any) -> HttpResponse:
        survey = find(request, number)
        with transaction.atomic():
            drafts = survey.forms.select_for_update().filter(published_at=None)
            written = drafts.first() if runs(cast("User", request.user), survey) and survey.is_open else None
            if written is not None:
                return view(request, survey, written, **named)
        messages.warning(request, _("这份调查表已经发布，不能再改；需要时请修订出新版。"))
        return redirect("surveys:form", number=number)

    return guarded


@running
@require_safe
def form(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, find(request, number))


@running
@require_POST
@writing
def add_section(request: HttpRequest, survey: Survey, written: Form) -> HttpResponse:
    asked = SectionForm(request.POST)
    if not asked.is_valid():
        return _page(request, survey, section_form=asked)
    asked.add_to(written)
    return redirect("surveys:form", number=survey.number)


@running
@require_POST
@writing
def add_question(request: HttpRequest, survey: Survey, written: Form) -> HttpResponse:
    asked = QuestionForm(request.POST, form_version=written)
    if not asked.is_valid():
        return _page(request, survey, question_form=asked)
    asked.add()
    return redirect("surveys:form", number=survey.number)


@running
@require_http_methods(["GET", "POST"])
@writing
def question(request: HttpRequest, survey: Survey, written: Form, pk: int) -> HttpResponse:
    found = get_object_or_404(Question, section__form=written, pk=pk)
    asked = QuestionForm(request.POST or None, form_version=written, question=found)
    return _changed(request, survey, found, asked)


@running
@require_http_methods(["GET", "POST"])
@writing
def section(request: HttpRequest, survey: Survey, written: Form, pk: int) -> HttpResponse:
    found = get_object_or_404(Section, form=written, pk=pk)
    return _changed(request, survey, found, SectionForm(request.POST or None, section=found))


def _changed(request: HttpRequest, survey: Survey, found: Any, asked: Any) -> HttpResponse:
    if asked.is_valid():
        asked.change(found)
        messages.success(request, _("已保存。"))
        return redirect("surveys:form", number=survey.number)
    context = {"shell": shell_for(cast("User", request.user)), "survey": survey, "form": asked, "found": found}
    return render(request, "grids/surveys/change.html", context, status=422 if asked.is_bound else 200)


@running
@require_POST
@writing
def order(request: HttpRequest, survey: Survey, written: Form) -> HttpResponse:
    """A question or part up or down, or a question dropped before another one; htmx gets the parts in their new order."""
    said = ""
    try:
        _arrange(request, written)
    except ValidationError as refusal:
        said = " ".join(refusal.messages)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "grids/surveys/_parts.html", _context(request, survey) | {"said": said})
    if said:
        messages.warning(request, said)
    return redirect("surveys:form", number=survey.number)


def _arrange(request: HttpRequest, written: Form) -> None:
    question = _chosen(request, "question", Question.objects.filter(section__form=written))
    part = _chosen(request, "section", Section.objects.filter(form=written))
    way = cast("Way", request.POST.get("way"))
    if way in STEPS:
        if question is not None:
            step_question(written, question, way)
        elif part is not None:
            step_section(written, part, way)
    elif question is not None and part is not None:
        before = _chosen(request, "before", Question.objects.filter(section=part))
        drop_question(written, question, part, before)


def _chosen(request: HttpRequest, name: str, rows: "QuerySet[Row]") -> "Row | None":
    pk = request.POST.get(name, "")
    return rows.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 18 else None


@running
@require_POST
@writing
def remove(request: HttpRequest, survey: Survey, written: Form) -> HttpResponse:
    """Take a question that nothing depends on, or an empty section, out of the version under work."""
    if found := _chosen(request, "question", Question.objects.filter(section__form=written)):
        if other := found.depends.first():
            words = _("“%(text)s”取决于这道题，请先改那道题。")
            messages.warning(request, words % {"text": other.text})
        else:
            found.delete()
    if empty := _chosen(request, "section", Section.objects.filter(form=written, questions=None)):
        empty.delete()
    return redirect("surveys:form", number=survey.number)
