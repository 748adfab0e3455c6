"""Clock, notices and menus of surveys; registered by ``apps.py``."""

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.cases import registry
from community.core import navigation
from community.core.perms import Perm
from community.core.reach import reach
from community.notices import kinds
from community.timers import clocks
from community.timers.limits import Limit
from grids.surveys.kind import KIND
from grids.surveys.models import Survey

if TYPE_CHECKING:
    from community.directory.models import User


def runs(user: "User") -> bool:
    return bool(reach(user, Perm.RUN_SURVEYS))


def field_work(survey: Survey) -> Limit | None:
    """Until the day that the survey names; a survey without one has no clock."""
    if survey.ends_on is None:
        return None
    return Limit.days(max(1, (survey.ends_on - timezone.localdate(survey.changed_at)).days))


def register_all() -> None:
    registry.register(KIND)
    clocks.register(
        Survey.matter_kind,
        clocks.Clock("collect", _("入户调查"), frozenset({Survey.Status.COLLECTING}), field_work,
                     ladder=(clocks.REMIND, clocks.Rung("due", to=(clocks.WAITED_FOR, Perm.LEAD_COMMUNITY)))),
    )  # fmt: skip
    kinds.register(
        "survey.publish",
        kinds.NoticeKind("survey.published", _("入户调查开始：%(title)s"), ("surveyors",), _("编号 %(number)s。")),
    )
    navigation.register(
        "office",
        _("入户调查"),
        icon="clipboard-list",
        url_name="surveys:all",
        order=35,
        section=_("事项"),
        allowed=runs,
    )
