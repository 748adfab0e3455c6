"""What of a sheet is to be answered, and what is: skip conditions, required items, people and items one by one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from grids.surveys.form_models import Form, Question, Section

# An item of a sheet: the question, and the person it is about (None: the household).
Key = tuple[int, int | None]


@dataclass
class Progress:
    required: int = 0
    answered: int = 0
    people_done: int = 0
    parts: dict[int, tuple[int, int]] = field(default_factory=dict)
    open: set[Key] = field(default_factory=set)


Shape = list[tuple[Section, list[Question]]]


def shape_of(form: Form) -> Shape:
    """Sections with their questions, in order; two queries."""
    return [(section, list(section.questions.all())) for section in form.sections.prefetch_related("questions")]


def is_asked(question: Question, member: int | None, answers: Mapping[Key, Any]) -> bool:
    """Whether the skip condition lets this item through; a condition looks at the person's answer, else the household's."""
    if question.shown_if_id is None:
        return True
    value = answers.get((question.shown_if_id, member), answers.get((question.shown_if_id, None)))
    return question.shown_value in value if isinstance(value, list) else value == question.shown_value


def measured(shape: Shape, answers: Mapping[Key, Any], members: Iterable[int]) -> Progress:
    """Count required items that are asked, in all, per question and per person."""
    found, people = Progress(), list(members)
    unfinished: set[int] = set()
    for section, questions in shape:
        whom: list[int | None] = [*people] if section.per == Section.Per.PERSON else [None]
        for question in questions:
            for member in whom:
                if question.required and is_asked(question, member, answers):
                    _count(found, (question.pk, member), answers, unfinished)
    found.people_done = len([pk for pk in people if pk not in unfinished])
    return found


def _count(found: Progress, key: Key, answers: Mapping[Key, Any], unfinished: set[int]) -> None:
    there = key in answers
    expected, answered = found.parts.get(key[0], (0, 0))
    found.parts[key[0]] = (expected + 1, answered + there)
    found.required += 1
    found.answered += there
    if not there:
        found.open.add(key)
        if key[1] is not None:
            unfinished.add(key[1])
