"""The order of a form under work: up, down, or dropped at a place; a condition stays behind the question it looks at."""

from typing import Literal

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from grids.surveys.form_models import Form, Question, Section
from grids.surveys.progress import Shape, shape_of

Way = Literal["up", "down"]
STEPS: dict[Way, int] = {"up": -1, "down": 1}


def next_position(rows: models.QuerySet[Section] | models.QuerySet[Question]) -> int:
    """Behind all of them, though some in between were deleted."""
    last: int | None = rows.aggregate(last=models.Max("position"))["last"]
    return (last or 0) + 1


def broken_condition(shape: Shape) -> str:
    """Why this order would not work, in words; empty when every condition looks back at what was asked before."""
    seen: dict[int, tuple[Question, Section]] = {}
    for section, questions in shape:
        for question in questions:
            if question.shown_if_id is not None:
                if question.shown_if_id not in seen:
                    words = _("“%(text)s”取决于“%(earlier)s”的答案，要排在它后面。")
                    return words % {"text": question.text, "earlier": question.shown_if}
                if section.per != seen[question.shown_if_id][1].per == Section.Per.PERSON:
                    return _("每户的题不能取决于每人的题。")
            seen[question.pk] = (question, section)
    return ""


def step_question(form: Form, question: Question, way: Way) -> None:
    """One place up or down; at the edge of its part into the neighbouring part. Raises ValidationError in words."""
    shape = shape_of(form)
    at, questions = next((nth, rows) for nth, (_part, rows) in enumerate(shape) if question in rows)
    place, step = questions.index(question), STEPS[way]
    questions.remove(question)
    if 0 <= place + step <= len(questions):
        questions.insert(place + step, question)
    elif 0 <= at + step < len(shape):
        neighbour = shape[at + step][1]
        neighbour.insert(len(neighbour) if way == "up" else 0, question)
    else:
        return
    _keep(shape)


def drop_question(form: Form, question: Question, section: Section, before: Question | None) -> None:
    """Into a part, before one of its questions or at its end. Raises ValidationError in words."""
    shape = shape_of(form)
    for _part, questions in shape:
        if question in questions:
            questions.remove(question)
    goal = next(questions for part, questions in shape if part == section)
    goal.insert(goal.index(before) if before in goal else len(goal), question)
    _keep(shape)


def step_section(form: Form, section: Section, way: Way) -> None:
    """One place up or down with all its questions. Raises ValidationError in words."""
    shape = shape_of(form)
    place = next(nth for nth, (part, _rows) in enumerate(shape) if part == section)
    goal = place + STEPS[way]
    if 0 <= goal < len(shape):
        shape.insert(goal, shape.pop(place))
        _keep(shape)


def _keep(shape: Shape) -> None:
    if words := broken_condition(shape):
        raise ValidationError(words)
    asked: list[Question] = []
    for position, (part, questions) in enumerate(shape, 1):
        part.position = position
        for place, question in enumerate(questions, 1):
            question.section, question.position = part, place
            asked.append(question)
    Section.objects.bulk_update([part for part, _questions in shape], ["position"])
    Question.objects.bulk_update(asked, ["position", "section"])
