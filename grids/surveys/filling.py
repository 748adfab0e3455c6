"""Filling in a sheet on a phone: every answer is kept as it is given, so one may stop and go on any time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.access.shells import shell_for
from community.core.workflow import MoveError
from grids.surveys.models import Correction, Member, Question, Section, Sheet
from grids.surveys.progress import Key, Shape, is_asked, shape_of
from grids.surveys.views import surveying

if TYPE_CHECKING:
    from community.directory.models import User

HIDDEN = "●●●"


@dataclass
class Item:
    """One question as asked of the household or of one person."""

    question: Question
    member: Member | None
    value: Any = None
    asked: bool = True
    error: str = ""
    typed: Any = None
    correction: Correction | None = None
    hidden: bool = False

    @property
    def key(self) -> str:
        return f"{self.question.pk}-{self.member.pk if self.member else 0}"

    @property
    def entered(self) -> Any:
        return self.typed if self.error else self.value

    @property
    def words(self) -> str:
        if self.value is None:
            return ""
        return HIDDEN if self.hidden else _("、").join(self.value) if isinstance(self.value, list) else str(self.value)


@dataclass
class Part:
    title: str
    member: Member | None
    items: list[Item] = field(default_factory=list)


def find(request: HttpRequest, pk: int) -> Sheet:
    rows = Sheet.objects.visible_to(cast("User", request.user))
    return get_object_or_404(rows.select_related("survey", "form", "dwelling__building__estate", "grid"), pk=pk)


def parts_of(sheet: Sheet, *, hide: bool) -> list[Part]:
    """The whole sheet, part by part; six queries whatever its length."""
    shape, members = shape_of(sheet.form), list(sheet.members.all())
    answers: dict[Key, Any] = {(row.question_id, row.member_id): row.value for row in sheet.answers.all()}
    returned = {(row.question_id, row.member_id): row for row in sheet.corrections.filter(fixed_at=None)}
    return list(_parts(shape, members, answers, returned, hide))


def _parts(
    shape: Shape, members: list[Member], answers: dict[Key, Any], returned: dict[Key, Correction], hide: bool
) -> Iterator[Part]:
    for section, questions in shape:
        whom: list[Member | None] = [*members] if section.per == Section.Per.PERSON else [None]
        for member in whom:
            part = Part(section.title, member)
            for question in questions:
                pk = member.pk if member else None
                key = (question.pk, pk)
                part.items.append(
                    Item(
                        question, member, answers.get(key), is_asked(question, pk, answers),
                        correction=returned.get(key), hidden=hide and question.sensitive,
                    )
                )  # fmt: skip
            yield part


@surveying
@never_cache
@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One household's sheet; read-only once it is handed in."""
    user, found = cast("User", request.user), find(request, pk)
    context = {
        "shell": shell_for(user), "sheet": found, "survey": found.survey, "filling": found.is_filling,
        "parts": parts_of(found, hide=not found.is_filling), "missing": found.missing() if found.is_filling else "",
    }  # fmt: skip
    return render(request, "grids/surveys/sheet.html", context)


def _item(request: HttpRequest, found: Sheet) -> tuple[Question, Member | None]:
    """The question and person of a request, both of this very sheet."""
    question = get_object_or_404(
        Question.objects.filter(section__form=found.form_id).select_related("section"), pk=_number(request, "question")
    )
    person = question.section.per == Section.Per.PERSON
    member = get_object_or_404(found.members.all(), pk=_number(request, "member")) if person else None
    return question, member


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not (text.isdecimal() and len(text) < 18):
        raise Http404
    return int(text)


@surveying
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep one answer; htmx puts the item back with what depends on it, and the progress."""
    user, found = cast("User", request.user), find(request, pk)
    question, member = _item(request, found)
    raw, error = request.POST.getlist("value"), ""
    try:
        found.put(question, member, raw, by=user, now=timezone.now())
    except ValidationError as refusal:
        error = " ".join(refusal.messages)
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("surveys:sheet", pk=pk)
    if not request.htmx:  # type: ignore[attr-defined]
        if error:
            messages.warning(request, error)
        return redirect("surveys:sheet", pk=pk)
    return render(request, "grids/surveys/_answered.html", _touched(found, question, member, raw, error))


def _touched(found: Sheet, question: Question, member: Member | None, raw: list[str], error: str) -> dict[str, Any]:
    """The answered item first, then the items whose condition looks at it."""
    items = [item for part in parts_of(found, hide=False) for item in part.items]
    mine = next(item for item in items if item.question.pk == question.pk and item.member == member)
    if error:
        mine.error, mine.typed = error, raw if question.kind == Question.Kind.MULTI else (raw or [""])[0]
    depends = [
        item for item in items
        if item.question.shown_if_id == question.pk and (member is None or item.member in (None, member))
    ]  # fmt: skip
    return {
        "sheet": found, "item": mine, "depends": depends, "missing": found.missing(), "filling": True,
    }  # fmt: skip


@surveying
@require_POST
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """How many live here, one more name, or one less."""
    user, found = cast("User", request.user), find(request, pk)
    try:
        if "people" in request.POST:
            text = request.POST["people"].strip()
            if not (text.isdecimal() and int(text[:4]) <= 50):
                raise ValidationError(_("请填 0 到 50 之间的人数。"))
            found.expect(int(text), by=user)
        elif request.POST.get("name", "").strip():
            found.add_member(request.POST["name"], by=user)
        elif "remove" in request.POST:
            member = get_object_or_404(found.members.all(), pk=_number(request, "remove"))
            found.remove_member(member, by=user)
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("surveys:sheet", pk=pk)


@surveying
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    user, found = cast("User", request.user), find(request, pk)
    try:
        found.submit(by=user, now=timezone.now())
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
        return redirect("surveys:sheet", pk=pk)
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("已提交，谢谢。"))
    return redirect("surveys:sheets", number=found.survey.number)
