"""The results as a workbook: a sheet for households and one for people; what is sensitive stays out of it."""

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from community.access.masking import mask_name
from grids.surveys.form_models import Question, Section
from grids.surveys.models import Answer, Sheet, Survey

HIDDEN = "●●●"


def workbook(survey: Survey) -> bytes:
    """Handed-in sheets of every version, in the order of the questions. Streams; memory follows one sheet at a time."""
    questions = list(
        Question.objects.filter(section__form__survey=survey, section__form__published_at__isnull=False)
        .select_related("section__form")
        .order_by("section__form__number", "section__position", "section", "position", "pk")
    )
    book = Workbook(write_only=True)
    of_homes = [row for row in questions if row.section.per == Section.Per.HOUSEHOLD]
    of_people = [row for row in questions if row.section.per == Section.Per.PERSON]
    homes, people = book.create_sheet(_("每户")), book.create_sheet(_("每人"))
    _row(homes, [_("网格"), _("房屋"), _("状态"), _("人数"), *(row.text for row in of_homes)], bold=True)
    _row(people, [_("网格"), _("房屋"), _("序号"), _("姓名"), *(row.text for row in of_people)], bold=True)
    for sheet in _handed_in(survey):
        answers = {(row.question_id, row.member_id): row for row in sheet.answers.all()}
        start = [sheet.grid.name, str(sheet.dwelling)]
        _row(homes, [*start, sheet.get_stage_display(), sheet.people, *_values(of_homes, None, answers)])
        for member in sheet.members.all():
            _row(people, [*start, member.number, mask_name(member.name), *_values(of_people, member.pk, answers)])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _handed_in(survey: Survey) -> Any:
    done = (Sheet.Stage.SUBMITTED, Sheet.Stage.RETURNED, Sheet.Stage.ACCEPTED)
    rows = survey.sheets.filter(stage__in=done).order_by("pk").select_related("grid", "dwelling__building__estate")
    return rows.prefetch_related("answers", "members").iterator(chunk_size=500)


def _values(questions: list[Question], member: int | None, answers: dict[tuple[int, int | None], Answer]) -> list[Any]:
    return [_value(question, answers.get((question.pk, member))) for question in questions]


def _value(question: Question, answer: Answer | None) -> Any:
    if answer is None:
        return ""
    if question.sensitive:
        return HIDDEN
    if question.kind == Question.Kind.NUMBER:
        return float(answer.value)
    return "、".join(answer.value) if isinstance(answer.value, list) else answer.value


def _row(page: Any, values: list[Any], *, bold: bool = False) -> None:
    page.append([_cell(page, value, bold) for value in values])


def _cell(page: Any, value: Any, bold: bool) -> WriteOnlyCell:
    """Words are words: one that begins with an equals sign must not become a formula."""
    cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell
