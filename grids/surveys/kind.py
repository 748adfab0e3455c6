"""How a survey shows itself on the shared case page."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.cases.registry import Kind, Stage
from grids.surveys.models import Survey
from grids.surveys.workflow import exports, runs

if TYPE_CHECKING:
    from community.directory.models import User

S = Survey.Status


def context(survey: Survey, user: "User") -> dict[str, Any]:
    return {"runs": runs(user, survey), "exports": exports(user, survey), "draft_form": survey.draft_form()}


KIND = Kind(
    model=Survey,
    label=_("入户调查"),
    icon="clipboard-list",
    facts="grids/surveys/_facts.html",
    journey=(
        Stage(_("设计"), frozenset({S.DRAFT})),
        Stage(_("入户"), frozenset({S.COLLECTING})),
        Stage(_("结束"), frozenset({S.CLOSED})),
    ),
    list_url="surveys:all",
    context=context,
    facts_of=lambda survey, user: {"permille": survey.permille, "frame": survey.frame_size, "drawn": survey.drawn},
    state_tones={S.DRAFT: "waiting", S.COLLECTING: "info", S.CLOSED: "done"},
)
