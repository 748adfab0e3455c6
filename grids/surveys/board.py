"""户不漏人、人不漏项、项不漏填: how complete a survey is, read from kept counts, never from the answers."""

from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from grids.surveys.models import Sheet, Survey, Tally

STATES = list(Sheet.Stage)


def completeness(survey: Survey) -> dict[str, Any]:
    """Three queries, however many households and answers."""
    grids = _grids(survey)
    names = ("sheets", "people", "expected", "done", "required", "answered", *(state.value for state in STATES))
    total = {name: sum(row[name] for row in grids) for name in names}
    finished = total[Sheet.Stage.SUBMITTED] + total[Sheet.Stage.ACCEPTED]
    return {
        "grids": grids,
        "total": total,
        "finished": finished,
        "households": _share(finished, total["sheets"]),
        "persons": _share(total["done"], total["expected"]),
        "items": _share(total["answered"], total["required"]),
        "questions": _questions(survey),
        "sample_frame": survey.frame_size,
    }


def _grids(survey: Survey) -> list[dict[str, Any]]:
    rows = survey.sheets.order_by("grid").values("grid", "grid__name").annotate(
        sheets=Count("pk"),
        people_sum=Coalesce(Sum("people"), 0),
        expected=Coalesce(Sum("people_expected"), 0),
        done=Coalesce(Sum("people_done"), 0),
        required_sum=Coalesce(Sum("required"), 0),
        answered_sum=Coalesce(Sum("answered"), 0),
        **{f"in_{state.value}": Count("pk", filter=Q(stage=state)) for state in STATES},
    )  # fmt: skip
    return [_grid_row(dict(row)) for row in rows]


def _grid_row(row: dict[str, Any]) -> dict[str, Any]:
    counts = {state.value: row[f"in_{state.value}"] for state in STATES}
    finished = counts[Sheet.Stage.SUBMITTED] + counts[Sheet.Stage.ACCEPTED]
    return {
        "pk": row["grid"], "name": row["grid__name"], "sheets": row["sheets"], "people": row["people_sum"],
        "expected": row["expected"], "done": row["done"], "required": row["required_sum"],
        "answered": row["answered_sum"], "finished": finished, "share": _share(finished, row["sheets"]), **counts,
    }  # fmt: skip


def _questions(survey: Survey) -> list[dict[str, Any]]:
    rows = (
        Tally.objects.filter(survey=survey)
        .values("question", "question__text", "question__section__title")
        .annotate(expected=Sum("expected"), answered=Sum("answered"))
        .order_by("question__section__position", "question__position", "question")
    )
    return [row | {"share": _share(row["answered"], row["expected"])} for row in rows]


def _share(part: int, whole: int) -> int | None:
    """A percentage that says 100 only when nothing is missing."""
    return None if not whole else part * 100 // whole
